import { ACCOUNT, AwsError, type Permission, REGION } from '../service.ts';
import { type Caller, callerArn } from './caller.ts';
import type { Context } from './conditions.ts';
import { type Decision, denial, evaluate } from './evaluate.ts';
import { actionMatches, type PolicyStatement, parsePolicy, type Request, resourceMatches } from './policy.ts';

/** One action on one resource, as a role's policies write them. */
export interface Grant {
  /** The role's ARN. */
  role: string;
  action: string;
  resource: string;
}

interface RecordedGrant extends Grant {
  statement: PolicyStatement;
  used: boolean;
}

interface Role {
  trust: PolicyStatement[];
  statements: PolicyStatement[];
  grants: RecordedGrant[];
}

/** Roles, policies and who may do what by them; remembers which grants were ever needed. */
export class IamRegistry {
  readonly #onDenied: (denial: string) => void;
  readonly #roles = new Map<string, Role>();
  /** By the ARN of the queue, bucket or function that they hang on. */
  readonly #resourcePolicies = new Map<string, PolicyStatement[]>();

  /** @param onDenied told of every request that is refused, in AWS's words */
  constructor(onDenied: (denial: string) => void = () => {}) {
    this.#onDenied = onDenied;
  }

  /** @param trustPolicy who may assume the role; throws PolicyError */
  addRole(arn: string, trustPolicy: unknown): void {
    this.#roles.set(arn, { trust: parsePolicy(`trust of ${arn}`, 'trust', trustPolicy), statements: [], grants: [] });
  }

  /**
   * Gives the role the statements of an identity policy; throws PolicyError.
   * @param options.isManaged AWS wrote the policy, so that its grants are not expected to be needed one by one
   */
  attachPolicy(roleArn: string, name: string, document: unknown, options: { isManaged?: boolean } = {}): void {
    const role = this.#role(roleArn);
    const statements = parsePolicy(name, 'identity', document);
    role.statements.push(...statements);
    if (options.isManaged === true) return;
    for (const statement of statements)
      if (statement.effect === 'Allow') role.grants.push(...grants(roleArn, statement));
  }

  /** Adds a policy to a queue, bucket or function; throws PolicyError. */
  addResourcePolicy(resourceArn: string, name: string, document: unknown): void {
    const policies = this.#resourcePolicies.get(resourceArn) ?? [];
    this.#resourcePolicies.set(resourceArn, [...policies, ...parsePolicy(name, 'resource', document)]);
  }

  /**
   * The caller that a service becomes by assuming the role, as Lambda does for a function. Throws AwsError where the
   * role does not trust the service.
   * @param service `lambda.amazonaws.com`
   * @param session the function's name
   * @param source for which of its resources the service does so: `aws:SourceArn`
   */
  assumeRole(roleArn: string, service: string, session: string, source?: string): Caller {
    const request = {
      action: 'sts:AssumeRole',
      resource: roleArn,
      principal: { type: 'Service', id: service },
      context: contextOf(source === undefined ? {} : { 'aws:SourceArn': source, 'aws:SourceAccount': ACCOUNT }),
    } as const;
    if (!evaluate(request, [], this.#role(roleArn).trust).allowed)
      throw new AwsError('InvalidParameterValueException', `The role ${roleArn} can't be assumed by ${service}.`);
    return { kind: 'role', roleArn, session };
  }

  /** Throws AwsError AccessDenied, in AWS's words, unless the caller's policies and the resource's allow it. */
  authorize(caller: Caller, permission: Permission): void {
    const decision = this.decide(caller, permission);
    if (decision.allowed) return;
    const { action, resource } = permission;
    const sentence = denial(callerArn(caller), action, resource, decision.because);
    this.#onDenied(sentence);
    throw new AwsError('AccessDenied', sentence, 403);
  }

  /** Whether the caller may; an allowed request counts as a use of the grant that allows it. */
  decide(caller: Caller, permission: Permission): Decision {
    if (caller.kind === 'operator') return { allowed: true, statement: undefined };
    const role = this.#role(caller.roleArn);
    const request: Request = {
      action: permission.action,
      resource: permission.resource,
      principal: { type: 'AWS', id: caller.roleArn },
      context: contextOf({ 'aws:PrincipalArn': caller.roleArn, ...permission.context }),
    };
    const resourcePolicies = this.#policiesOf(permission.resource);
    const identityPolicies = leavesToIdentityPolicies(request, resourcePolicies) ? role.statements : [];
    const decision = evaluate(request, identityPolicies, resourcePolicies);
    if (decision.allowed) {
      const grant = role.grants.find(
        (it) =>
          it.statement === decision.statement &&
          actionMatches(request.action, it.action) &&
          resourceMatches(request.resource, it.resource),
      );
      if (grant !== undefined) grant.used = true;
    }
    return decision;
  }

  /**
   * Whether a service may invoke a function by the permissions (AWS::Lambda::Permission) on it.
   * @param service `apigateway.amazonaws.com`
   * @param sourceArn what it invokes for: `arn:aws:execute-api:<region>:<account>:<api>/<stage>/<method>/<route>`
   */
  mayInvoke(functionArn: string, service: string, sourceArn: string): boolean {
    const request: Request = {
      action: 'lambda:InvokeFunction',
      resource: functionArn,
      principal: { type: 'Service', id: service },
      context: contextOf({ 'aws:SourceArn': sourceArn, 'aws:SourceAccount': ACCOUNT }),
    };
    return evaluate(request, [], this.#policiesOf(functionArn)).allowed;
  }

  /** The grants of identity policies that no allowed request has needed so far. */
  unusedGrants(): Grant[] {
    return [...this.#roles.values()]
      .flatMap((role) => role.grants)
      .filter((grant) => !grant.used)
      .map(({ role, action, resource }) => ({ role, action, resource }));
  }

  #role(arn: string): Role {
    const role = this.#roles.get(arn);
    if (role === undefined) throw new AwsError('NoSuchEntity', `The role with name ${arn} cannot be found.`, 404);
    return role;
  }

  #policiesOf(resource: string): PolicyStatement[] {
    // A bucket's policy speaks for its objects: `arn:aws:s3:::bucket/key`.
    const [owner = resource] = resource.startsWith('arn:aws:s3:::') ? resource.split('/', 1) : [resource];
    return this.#resourcePolicies.get(owner) ?? [];
  }
}

/**
 * A KMS key's own policy is the root of all access to it: what identity policies say of a key counts only where the key's
 * policy lets the account decide. https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
 */
function leavesToIdentityPolicies(request: Request, keyPolicy: PolicyStatement[]): boolean {
  if (!request.resource.startsWith(`arn:aws:kms:${REGION}:${ACCOUNT}:key/`)) return true;
  return keyPolicy.some(
    (it) =>
      it.effect === 'Allow' &&
      it.namesAccount &&
      it.coversAction(request.action) &&
      it.coversResource(request.resource) &&
      it.holds(request.context),
  );
}

/** The keys of every request and those given. Loopback stands in for TLS, which real endpoints always have. */
function contextOf(keys: Record<string, string | string[]>): Context {
  const always = { 'aws:SecureTransport': 'true', 'aws:PrincipalAccount': ACCOUNT, 'aws:RequestedRegion': REGION };
  return new Map(
    Object.entries({ ...always, ...keys }).map(([key, value]) => [key.toLowerCase(), [value].flat()] as const),
  );
}

/** Each action with each resource; a statement of NotAction or NotResource counts as one on everything. */
function grants(role: string, statement: PolicyStatement): RecordedGrant[] {
  const all = (patterns: readonly string[]) => (patterns.length > 0 ? patterns : ['*']);
  return all(statement.actions).flatMap((action) =>
    all(statement.resources).map((resource) => ({ role, action, resource, statement, used: false })),
  );
}
