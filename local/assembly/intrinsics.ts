/**
 * CloudFormation's intrinsic functions, as far as CDK emits them for a stack without lookups:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */

/** A value that only exists once a resource was made, or that is made of one. */
export const UNKNOWN: unique symbol = Symbol('known after creation');

/** `{Ref: AWS::NoValue}`: the property or list entry is left out. */
const NO_VALUE: unique symbol = Symbol('AWS::NoValue');

export interface Scope {
  /** The value of a parameter, pseudo parameter or resource; undefined where the template has none of the name. */
  ref(name: string): unknown;
  attribute(logicalId: string, attribute: string): unknown;
  condition(name: string): boolean;
  mapping(map: string, first: string, second: string): unknown;
  availabilityZones(region: string): string[];
  /** Told what can't be resolved; may throw, or note it and go on. */
  problem(text: string): void;
}

type Intrinsic = (argument: unknown, scope: Scope) => unknown;

/** `Ref: AWS::NoValue` in a scope's answer. */
export const noValue: unknown = NO_VALUE;

/**
 * `value` with every intrinsic function in it replaced. A value that needs a resource not yet made comes out as
 * UNKNOWN, alone or inside objects and lists.
 */
export function resolve(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') return withoutDynamicReference(value, scope);
  if (Array.isArray(value)) return value.map((entry) => resolve(entry, scope)).filter((entry) => entry !== NO_VALUE);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (only !== undefined && entries.length === 1 && isIntrinsic(only[0])) {
    const intrinsic = INTRINSICS[only[0]];
    return intrinsic === undefined ? failed(scope, `unsupported intrinsic ${only[0]}`) : intrinsic(only[1], scope);
  }
  return Object.fromEntries(
    entries.map(([key, entry]) => [key, resolve(entry, scope)]).filter(([, entry]) => entry !== NO_VALUE),
  );
}

/** The boolean of a template's condition. */
export function resolveCondition(value: unknown, scope: Scope): boolean {
  const resolved = resolve(value, scope);
  if (typeof resolved === 'boolean') return resolved;
  scope.problem(`a condition is neither true nor false: ${JSON.stringify(value)}`);
  return false;
}

/** Logical ids that `value` reads by Ref, Fn::GetAtt or Fn::Sub, pseudo parameters and parameters included. */
export function references(value: unknown): Set<string> {
  const found = new Set<string>();
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, entry] of Object.entries(node)) {
      for (const logicalId of named(key, entry)) found.add(logicalId);
      visit(entry);
    }
  };
  visit(value);
  return found;
}

function named(key: string, argument: unknown): string[] {
  if (key === 'Ref') return typeof argument === 'string' ? [argument] : [];
  if (key === 'Fn::GetAtt') return attributePath(argument)?.slice(0, 1) ?? [];
  if (key === 'Fn::Sub') return substitutions(argument).map((name) => name.split('.')[0] ?? name);
  return [];
}

function isIntrinsic(key: string): boolean {
  return key === 'Ref' || key === 'Condition' || key.startsWith('Fn::');
}

function failed(scope: Scope, text: string): string {
  scope.problem(text);
  return '';
}

function withoutDynamicReference(text: string, scope: Scope): string {
  const reference = /\{\{resolve:[^}]*\}\}/.exec(text);
  return reference === null ? text : failed(scope, `unsupported dynamic reference ${reference[0]}`);
}

const INTRINSICS: Record<string, Intrinsic> = {
  Ref: (name, scope) => {
    if (typeof name !== 'string') return failed(scope, 'Ref without a name');
    const value = scope.ref(name);
    return value === undefined ? failed(scope, `Ref to ${name}, which the template does not have`) : value;
  },
  // Only inside Fn::And, Fn::Or and Fn::Not; a statement's `Condition` block is an object and passes through.
  Condition: (name, scope) => (typeof name === 'string' ? scope.condition(name) : { Condition: resolve(name, scope) }),
  'Fn::GetAtt': (argument, scope) => {
    const path = attributePath(argument);
    return path === undefined
      ? failed(scope, `Fn::GetAtt of ${JSON.stringify(argument)}`)
      : scope.attribute(path[0], path[1]);
  },
  'Fn::Join': (argument, scope) =>
    withPair('Fn::Join', argument, scope, (delimiter, list) =>
      typeof delimiter === 'string' && Array.isArray(list) ? known(list, (parts) => parts.join(delimiter)) : undefined,
    ),
  'Fn::Split': (argument, scope) =>
    withPair('Fn::Split', argument, scope, (delimiter, text) =>
      typeof delimiter === 'string' && typeof text === 'string' ? text.split(delimiter) : undefined,
    ),
  'Fn::Select': (argument, scope) =>
    withPair('Fn::Select', argument, scope, (index, list) => (Array.isArray(list) ? list[Number(index)] : undefined)),
  'Fn::Sub': (argument, scope) => substitute(argument, scope),
  'Fn::GetAZs': (argument, scope) => {
    const region = resolve(argument, scope);
    const named = region === '' ? scope.ref('AWS::Region') : region;
    return typeof named === 'string' ? scope.availabilityZones(named) : failed(scope, 'Fn::GetAZs without a region');
  },
  'Fn::FindInMap': (argument, scope) => {
    const keys = resolve(argument, scope);
    if (!Array.isArray(keys) || keys.length !== 3) return failed(scope, 'Fn::FindInMap wants a map and two keys');
    const [map, first, second] = keys.map(String);
    const value = scope.mapping(map ?? '', first ?? '', second ?? '');
    return value === undefined ? failed(scope, `Fn::FindInMap finds nothing at ${keys.join(', ')}`) : value;
  },
  'Fn::If': (argument, scope) => {
    if (!Array.isArray(argument) || argument.length !== 3 || typeof argument[0] !== 'string')
      return failed(scope, 'Fn::If wants a condition and two values');
    return resolve(scope.condition(argument[0]) ? argument[1] : argument[2], scope);
  },
  'Fn::Equals': (argument, scope) =>
    withPair('Fn::Equals', argument, scope, (left, right) => JSON.stringify(left) === JSON.stringify(right)),
  'Fn::Not': (argument, scope) =>
    Array.isArray(argument) && argument.length === 1
      ? !resolveCondition(argument[0], scope)
      : failed(scope, 'Fn::Not wants one condition'),
  'Fn::And': (argument, scope) =>
    Array.isArray(argument)
      ? argument.every((entry) => resolveCondition(entry, scope))
      : failed(scope, 'Fn::And wants a list of conditions'),
  'Fn::Or': (argument, scope) =>
    Array.isArray(argument)
      ? argument.some((entry) => resolveCondition(entry, scope))
      : failed(scope, 'Fn::Or wants a list of conditions'),
};

/** The logical id and attribute of a GetAtt, which JSON writes as a list and YAML may write as `Id.Attribute`. */
function attributePath(argument: unknown): [string, string] | undefined {
  const parts = typeof argument === 'string' ? argument.split(/\.(.*)/s) : argument;
  if (!Array.isArray(parts)) return undefined;
  const [logicalId, attribute] = parts;
  return typeof logicalId === 'string' && typeof attribute === 'string' ? [logicalId, attribute] : undefined;
}

/** Resolves a two-element argument and applies `compute`; what hangs on an unknown value is unknown itself. */
function withPair(
  name: string,
  argument: unknown,
  scope: Scope,
  compute: (first: unknown, second: unknown) => unknown,
): unknown {
  if (!Array.isArray(argument) || argument.length !== 2) return failed(scope, `${name} wants two arguments`);
  const first = resolve(argument[0], scope);
  const second = resolve(argument[1], scope);
  if (first === UNKNOWN || second === UNKNOWN) return UNKNOWN;
  const value = compute(first, second);
  return value === undefined ? failed(scope, `${name} can't take ${JSON.stringify(argument)}`) : value;
}

function known(parts: unknown[], compute: (parts: unknown[]) => string): string | typeof UNKNOWN {
  return parts.includes(UNKNOWN) ? UNKNOWN : compute(parts);
}

const PLACEHOLDER = /\$\{([^!}][^}]*)\}/g;

function substitutions(argument: unknown): string[] {
  const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
  if (typeof text !== 'string') return [];
  const own = typeof variables === 'object' && variables !== null ? Object.keys(variables) : [];
  return [...text.matchAll(PLACEHOLDER)].map((match) => (match[1] ?? '').trim()).filter((name) => !own.includes(name));
}

function substitute(argument: unknown, scope: Scope): unknown {
  const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
  if (typeof text !== 'string') return failed(scope, 'Fn::Sub without a text');
  const own = new Map(Object.entries(typeof variables === 'object' && variables !== null ? variables : {}));
  let unknown = false;
  const result = text
    .replaceAll(PLACEHOLDER, (_, placeholder: string) => {
      const name = placeholder.trim();
      const value = resolve(own.has(name) ? own.get(name) : asIntrinsic(name), scope);
      if (value === UNKNOWN) unknown = true;
      return String(value);
    })
    // `${!Literal}` stays as `${Literal}`.
    .replaceAll('${!', '${');
  return unknown ? UNKNOWN : result;
}

function asIntrinsic(name: string): unknown {
  return name.includes('.') ? { 'Fn::GetAtt': name } : { Ref: name };
}
