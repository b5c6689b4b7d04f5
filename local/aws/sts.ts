import { ACCOUNT, type AwsError, type AwsRequest, type AwsResponse, type AwsService } from './service.ts';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** AWS STS as far as `aws sts get-caller-identity` asks it: who am I? AWS allows that to everyone. */
export function createSts(): AwsService {
  return {
    name: 'sts',
    operation: ({ body }) => {
      const action = new URLSearchParams(body.toString('utf8')).get('Action');
      return action === 'GetCallerIdentity' ? action : undefined;
    },
    permissions: () => [],
    handle: async (request) => xml(200, identity(request)),
    error: (error) => xml(error.status, errorBody(error)),
    close: async () => {},
  };
}

function identity({ caller = '' }: AwsRequest): string {
  const name = caller.slice(caller.indexOf('/') + 1);
  const result = `<Arn>${escapeXml(caller)}</Arn><UserId>${escapeXml(name)}</UserId><Account>${ACCOUNT}</Account>`;
  return (
    `<GetCallerIdentityResponse xmlns="${NAMESPACE}">` +
    `<GetCallerIdentityResult>${result}</GetCallerIdentityResult></GetCallerIdentityResponse>`
  );
}

function errorBody({ code, message, status }: AwsError): string {
  const type = status < 500 ? 'Sender' : 'Receiver';
  const error = `<Type>${type}</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>`;
  return `<ErrorResponse xmlns="${NAMESPACE}"><Error>${error}</Error></ErrorResponse>`;
}

function xml(status: number, body: string): AwsResponse {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
