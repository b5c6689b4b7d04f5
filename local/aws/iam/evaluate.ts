import { applies, type PolicyStatement, type Request } from './policy.ts';

export type Decision =
  | {
      allowed: true;
      /** The first identity-policy statement that allows it; undefined where a resource policy alone does. */
      statement: PolicyStatement | undefined;
    }
  | {
      allowed: false;
      /** The end of AWS's sentence: `because no identity-based policy allows the dynamodb:PutItem action` */
      because: string;
    };

/**
 * The decision of one account's policies on one request: nothing is allowed unless a statement says so, and a Deny
 * that applies beats every Allow. Within an account the Allow of either side is enough.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluate(
  request: Request,
  identityPolicies: Iterable<PolicyStatement>,
  resourcePolicies: Iterable<PolicyStatement>,
): Decision {
  const identity = [...identityPolicies].filter((statement) => applies(statement, request));
  const resource = [...resourcePolicies].filter((statement) => applies(statement, request));
  const denies = (statements: PolicyStatement[]) => statements.some(({ effect }) => effect === 'Deny');
  if (denies(identity)) return { allowed: false, because: 'with an explicit deny in an identity-based policy' };
  if (denies(resource)) return { allowed: false, because: 'with an explicit deny in a resource-based policy' };
  const [statement] = identity;
  if (statement !== undefined || resource.length > 0) return { allowed: true, statement };
  return { allowed: false, because: `because no identity-based policy allows the ${request.action} action` };
}

/** The sentence of an AccessDenied error, in AWS's words. */
export function denial(callerArn: string, action: string, resource: string, because: string): string {
  return `User: ${callerArn} is not authorized to perform: ${action} on resource: ${resource} ${because}`;
}
