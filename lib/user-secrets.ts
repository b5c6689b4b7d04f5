import { AccountRootPrincipal, type IRole, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { ServiceFunction } from './service-function.ts';

/** What the account may do with the key: all that keeps it, and nothing that uses it. */
const KEEPING = [
  'kms:Describe*',
  'kms:Get*',
  'kms:List*',
  'kms:Put*',
  'kms:Update*',
  'kms:Enable*',
  'kms:Disable*',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:ScheduleKeyDeletion',
  'kms:CancelKeyDeletion',
];

/**
 * The key of one kind of users' secrets. Its own policy is all that lets it be used: one function seals, another opens,
 * neither does both, and only ever for a named user.
 */
export class UserSecrets extends Construct {
  readonly #key: Key;
  readonly #variable: string;

  /** @param props.variable by which the functions find the key in their environment */
  constructor(scope: Construct, id: string, props: { description: string; variable: string }) {
    super(scope, id);
    this.#variable = props.variable;
    this.#key = new Key(this, 'Key', {
      description: props.description,
      enableKeyRotation: true,
      policy: new PolicyDocument({
        statements: [
          new PolicyStatement({ principals: [new AccountRootPrincipal()], actions: KEEPING, resources: ['*'] }),
        ],
      }),
    });
  }

  allowSealing(to: ServiceFunction): void {
    this.#allow(to, 'kms:Encrypt');
  }

  allowOpening(to: ServiceFunction): void {
    this.#allow(to, 'kms:Decrypt');
  }

  #allow(to: ServiceFunction, action: string): void {
    to.addEnvironment(this.#variable, this.#key.keyId);
    const role: IRole = to.executionRole;
    this.#key.addToResourcePolicy(
      new PolicyStatement({
        principals: [role],
        actions: [action],
        resources: ['*'], // A key's policy speaks for that key alone.
        conditions: { 'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': 'user_id' } },
      }),
    );
  }
}
