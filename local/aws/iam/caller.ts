import { ACCOUNT } from '../service.ts';

/** Who makes a call: a role that a service assumed (a function), or an operator, who may do everything. */
export type Caller =
  | { kind: 'role'; roleArn: string /** The function's name. */; session: string }
  | { kind: 'operator'; name: string };

/** `arn:aws:sts::000000000000:assumed-role/<role>/<function>` or `arn:aws:iam::000000000000:user/<name>` */
export function callerArn(caller: Caller): string {
  if (caller.kind === 'operator') return `arn:aws:iam::${ACCOUNT}:user/${caller.name}`;
  const role = caller.roleArn.slice(caller.roleArn.lastIndexOf('/') + 1);
  return `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${caller.session}`;
}
