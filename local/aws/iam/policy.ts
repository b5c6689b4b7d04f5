import { z } from 'zod';
import { ACCOUNT } from '../service.ts';
import { arnMatches, type Condition, type Context, compileCondition, matches } from './conditions.ts';

/**
 * IAM policy documents, checked and made ready for evaluation.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */

const ACCOUNT_PRINCIPALS = [ACCOUNT, `arn:aws:iam::${ACCOUNT}:root`];

const List = z.union([z.string().transform((one) => [one]), z.array(z.string()).nonempty()]);
const Value = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const Values = z.union([Value.transform((one) => [one]), z.array(Value)]);

const Statement = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(['Allow', 'Deny']),
    Action: List.optional(),
    NotAction: List.optional(),
    Resource: List.optional(),
    NotResource: List.optional(),
    Principal: z.union([z.literal('*'), z.partialRecord(z.enum(['AWS', 'Service']), List)]).optional(),
    Condition: z.record(z.string(), z.record(z.string(), Values)).default({}),
  })
  .refine((it) => (it.Action === undefined) !== (it.NotAction === undefined), 'either Action or NotAction is needed')
  .refine((it) => it.Resource === undefined || it.NotResource === undefined, 'Resource and NotResource are both there');

const Document = z.object({
  Version: z.enum(['2012-10-17', '2008-10-17']).optional(),
  Statement: z.preprocess((statements) => [statements].flat(), z.array(Statement)),
});

/**
 * What a policy hangs on: `identity` policies on a role (a resource, no principal), `resource` policies on a queue,
 * bucket or function (both), `trust` policies on a role (a principal, no resource).
 */
export type PolicyKind = 'identity' | 'resource' | 'trust';

export interface Principal {
  type: 'AWS' | 'Service';
  /** A role's or user's ARN, or a service: `apigateway.amazonaws.com`. */
  id: string;
}

export interface PolicyStatement {
  effect: 'Allow' | 'Deny';
  /** Patterns as written; empty where the statement names what it does not mean. */
  actions: readonly string[];
  resources: readonly string[];
  coversAction: (action: string) => boolean;
  coversResource: (resource: string) => boolean;
  coversPrincipal: (principal: Principal) => boolean;
  /** Names the whole account: a key's policy leaves the matter to identity policies by that. */
  namesAccount: boolean;
  holds: Condition;
}

export interface Request {
  /** `dynamodb:PutItem` */
  action: string;
  resource: string;
  principal: Principal;
  context: Context;
}

/** A policy that can't be evaluated here, with the policy's name and all reasons. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}

/**
 * Reads a policy document. Throws PolicyError, naming `name`, for what is not a policy of its kind and for what is not
 * supported here: condition operators, policy variables, NotPrincipal.
 */
export function parsePolicy(name: string, kind: PolicyKind, document: unknown): PolicyStatement[] {
  const parsed = Document.safeParse(document);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new PolicyError(`policy ${name}: ${problems.join('; ')}`);
  }
  const problems = new Set<string>();
  if (JSON.stringify(document).includes('${')) problems.add('policy variables are not supported');
  const statements = parsed.data.Statement.map((it): PolicyStatement => {
    const hasResource = it.Resource !== undefined || it.NotResource !== undefined;
    if (hasResource === (kind === 'trust')) problems.add(`a statement ${hasResource ? 'with' : 'without'} Resource`);
    if ((it.Principal === undefined) !== (kind === 'identity'))
      problems.add(`a statement ${it.Principal === undefined ? 'without' : 'with'} Principal`);
    return {
      effect: it.Effect,
      actions: it.Action ?? [],
      resources: it.Resource ?? [],
      coversAction: covers(it.Action, it.NotAction, actionMatches),
      coversResource: hasResource ? covers(it.Resource, it.NotResource, resourceMatches) : () => true,
      coversPrincipal: (principal) => principalMatches(it.Principal, principal, it.Effect),
      namesAccount: it.Principal !== undefined && it.Principal !== '*' && (it.Principal.AWS ?? []).some(isAccount),
      holds: compileCondition(it.Condition, (problem) => problems.add(problem)),
    };
  });
  if (problems.size > 0) throw new PolicyError(`policy ${name}: ${[...problems].join('; ')}`);
  return statements;
}

/** Whether a statement applies to a request; says nothing of its effect. */
export function applies(statement: PolicyStatement, request: Request): boolean {
  return (
    statement.coversAction(request.action) &&
    statement.coversResource(request.resource) &&
    statement.coversPrincipal(request.principal) &&
    statement.holds(request.context)
  );
}

export function actionMatches(action: string, pattern: string): boolean {
  return matches(action.toLowerCase(), pattern.toLowerCase());
}

export function resourceMatches(resource: string, pattern: string): boolean {
  return pattern === '*' || arnMatches(resource, pattern);
}

function covers(
  named: readonly string[] | undefined,
  notNamed: readonly string[] | undefined,
  test: (text: string, pattern: string) => boolean,
): (text: string) => boolean {
  if (named !== undefined) return (text) => named.some((pattern) => test(text, pattern));
  return (text) => !(notNamed ?? []).some((pattern) => test(text, pattern));
}

function principalMatches(
  named: z.infer<typeof Statement>['Principal'],
  principal: Principal,
  effect: 'Allow' | 'Deny',
): boolean {
  if (named === undefined || named === '*') return true;
  // An Allow for the account only lets its identity policies decide; a Deny for it means everyone in it.
  const all = effect === 'Deny' && principal.type === 'AWS';
  return (named[principal.type] ?? []).some((id) => id === '*' || id === principal.id || (all && isAccount(id)));
}

function isAccount(principal: string): boolean {
  return ACCOUNT_PRINCIPALS.includes(principal);
}
