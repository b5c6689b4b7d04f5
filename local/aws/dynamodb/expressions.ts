import dynalite from 'dynalite/db/index.js';
import { type AttributeValue, type Item, sameValue, scalarText, setMembers, typeOf } from './values.ts';

/**
 * What dynalite's parser makes of a ConditionExpression or FilterExpression, and its meaning for an item. Parsing and
 * static checks are dynalite's; evaluation is ours, since dynalite compares maps and lists by identity.
 */

/** `signal.tags[0]` → `['signal', 'tags', 0]` */
export type Path = (string | number)[];

export interface SizeCall {
  type: 'function';
  name: 'size';
  args: [Operand];
}

export type Operand = Path | AttributeValue | SizeCall;

export type Condition =
  | { type: 'and' | 'or'; args: [Condition, Condition] }
  | { type: 'not'; args: [Condition] }
  | { type: Comparator; args: [Operand, Operand] }
  | { type: 'between'; args: [Operand, Operand, Operand] }
  | { type: 'in'; args: [Operand, ...Operand[]] }
  | { type: 'function'; name: FunctionName; args: [Operand] | [Operand, Operand] };

type FunctionName = 'attribute_exists' | 'attribute_not_exists' | 'attribute_type' | 'begins_with' | 'contains';
type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export function valueAt(item: Item, path: Path): AttributeValue | undefined {
  return path.reduce<AttributeValue | undefined>(valueIn, { M: item });
}

function valueIn(parent: AttributeValue | undefined, step: string | number): AttributeValue | undefined {
  if (!parent) return undefined;
  if (typeof step === 'number') return 'L' in parent ? parent.L[step] : undefined;
  return 'M' in parent && Object.hasOwn(parent.M, step) ? parent.M[step] : undefined;
}

/** Whether the item, or its absence as an empty item, meets the condition. */
export function meets(item: Item, condition: Condition): boolean {
  switch (condition.type) {
    case 'and':
      return meets(item, condition.args[0]) && meets(item, condition.args[1]);
    case 'or':
      return meets(item, condition.args[0]) || meets(item, condition.args[1]);
    case 'not':
      return !meets(item, condition.args[0]);
    case 'between': {
      const [value, low, high] = condition.args.map((operand) => operandValue(item, operand));
      return compares(value, '>=', low) && compares(value, '<=', high);
    }
    case 'in': {
      const [value, ...choices] = condition.args.map((operand) => operandValue(item, operand));
      return choices.some((choice) => compares(value, '=', choice));
    }
    case 'function':
      return meetsFunction(item, condition);
    default: {
      const [left, right] = condition.args;
      return compares(operandValue(item, left), condition.type, operandValue(item, right));
    }
  }
}

function meetsFunction(item: Item, { name, args }: Extract<Condition, { type: 'function' }>): boolean {
  const [value, other] = args.map((operand) => operandValue(item, operand));
  if (name === 'attribute_exists') return value !== undefined;
  if (name === 'attribute_not_exists') return value === undefined;
  if (!value || !other) return false;
  switch (name) {
    case 'attribute_type':
      return 'S' in other && typeOf(value) === other.S;
    case 'begins_with':
      return beginsWith(value, other);
    case 'contains':
      return contains(value, other);
  }
}

function operandValue(item: Item, operand: Operand): AttributeValue | undefined {
  if (Array.isArray(operand)) return valueAt(item, operand);
  if (!('type' in operand)) return operand;
  const value = operandValue(item, operand.args[0]);
  const size = value && sizeOf(value);
  return size === undefined ? undefined : { N: String(size) };
}

function sizeOf(value: AttributeValue): number | undefined {
  if ('S' in value) return value.S.length;
  if ('B' in value) return Buffer.byteLength(value.B, 'base64');
  if ('L' in value) return value.L.length;
  if ('M' in value) return Object.keys(value.M).length;
  return setMembers(value)?.length;
}

/** A missing operand differs from everything and is in no order with anything. */
function compares(
  left: AttributeValue | undefined,
  comparator: Comparator,
  right: AttributeValue | undefined,
): boolean {
  const same = left !== undefined && right !== undefined && sameValue(left, right);
  if (comparator === '=') return same;
  if (comparator === '<>') return !same;
  if (!left || !right || typeOf(left) !== typeOf(right) || scalarText(left) === undefined) return false;
  const [a, b] = [dynalite.toRangeStr(left), dynalite.toRangeStr(right)];
  if (a === b) return comparator === '<=' || comparator === '>=';
  return a < b === (comparator === '<' || comparator === '<=');
}

function beginsWith(value: AttributeValue, prefix: AttributeValue): boolean {
  if ('S' in value && 'S' in prefix) return value.S.startsWith(prefix.S);
  if ('B' in value && 'B' in prefix) return dynalite.toRangeStr(value).startsWith(dynalite.toRangeStr(prefix));
  return false;
}

function contains(value: AttributeValue, part: AttributeValue): boolean {
  if ('S' in value && 'S' in part) return value.S.includes(part.S);
  if ('B' in value && 'B' in part) return Buffer.from(value.B, 'base64').includes(Buffer.from(part.B, 'base64'));
  if ('L' in value) return value.L.some((element) => sameValue(element, part));
  const member = scalarText(part);
  return typeOf(value) === `${typeOf(part)}S` && member !== undefined && (setMembers(value)?.includes(member) ?? false);
}
