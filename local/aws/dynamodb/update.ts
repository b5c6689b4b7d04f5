import { decimalSum } from './decimal.ts';
import { validation } from './errors.ts';
import { type Path, valueAt } from './expressions.ts';
import { type AttributeValue, type Item, setMembers, typeOf } from './values.ts';

/**
 * The meaning of a parsed UpdateExpression. As on AWS every operand is read from the item before the update, and list
 * positions are those of the list before the update.
 */

export type Action =
  | { type: 'set'; path: Path; val: SetOperand }
  | { type: 'remove'; path: Path }
  | { type: 'add' | 'delete'; path: Path; val: AttributeValue };

export type SetOperand =
  | Path
  | AttributeValue
  | { type: 'add' | 'subtract'; args: [SetOperand, SetOperand] }
  | { type: 'function'; name: 'if_not_exists'; args: [Path, SetOperand] }
  | { type: 'function'; name: 'list_append'; args: [SetOperand, SetOperand] };

const wrongType = () => validation('An operand in the update expression has an incorrect data type');
const wrongPath = () => validation('The document path provided in the update expression is invalid for update');

/** The item after the update. @throws AwsError ValidationException where an operand or path does not fit the item. */
export function updated(before: Item, actions: Action[]): Item {
  const after = structuredClone(before);
  // The values first: they are read from the item as it was.
  const sets = actions
    .filter((action) => action.type === 'set')
    .map(({ path, val }) => ({ path, value: structuredClone(operandValue(before, val)) }));
  // Elements past a list's end are appended in the order of their positions.
  for (const { path, value } of sets.sort((a, b) => byPosition(a.path, b.path))) place(after, path, value);
  for (const action of actions) {
    if (action.type === 'add') place(after, action.path, added(valueAt(before, action.path), action.val));
    if (action.type === 'delete') subtract(after, action.path, action.val);
  }
  // From the back, so that no removal moves the position of one that is still to come.
  const removals = actions.filter((action) => action.type === 'remove').map(({ path }) => path);
  for (const path of removals.sort((a, b) => byPosition(b, a))) remove(after, path);
  return after;
}

/** A total order of paths in which the elements of one list stand by position. */
function byPosition(a: Path, b: Path): number {
  for (const [i, step] of a.entries()) {
    const other = b[i];
    if (step === other) continue;
    if (typeof step === 'number' && typeof other === 'number') return step - other;
    return other === undefined || String(step) > String(other) ? 1 : -1;
  }
  return a.length - b.length;
}

function operandValue(item: Item, operand: SetOperand): AttributeValue {
  if (Array.isArray(operand)) {
    const value = valueAt(item, operand);
    if (value) return value;
    throw validation('The provided expression refers to an attribute that does not exist in the item');
  }
  if (!('type' in operand)) return operand;
  if (operand.type === 'function') {
    if (operand.name === 'if_not_exists') return valueAt(item, operand.args[0]) ?? operandValue(item, operand.args[1]);
    const [head, tail] = [operandValue(item, operand.args[0]), operandValue(item, operand.args[1])];
    if (!('L' in head) || !('L' in tail)) throw wrongType();
    return { L: [...head.L, ...tail.L] };
  }
  const [left, right] = [operandValue(item, operand.args[0]), operandValue(item, operand.args[1])];
  if (!('N' in left) || !('N' in right)) throw wrongType();
  return { N: decimalSum(left.N, right.N, operand.type === 'add' ? 1n : -1n) };
}

function added(existing: AttributeValue | undefined, value: AttributeValue): AttributeValue {
  if (existing && typeOf(existing) !== typeOf(value)) throw wrongType();
  if ('N' in value) return { N: decimalSum(existing && 'N' in existing ? existing.N : '0', value.N, 1n) };
  const members = setMembers(value);
  if (!members) throw wrongType();
  return setLike(value, [...new Set([...((existing && setMembers(existing)) ?? []), ...members])]);
}

function subtract(item: Item, path: Path, value: AttributeValue): void {
  const existing = valueAt(item, path);
  if (!existing) {
    placeOf(item, path);
    return;
  }
  const [members, gone] = [setMembers(existing), setMembers(value)];
  if (!members || !gone || typeOf(existing) !== typeOf(value)) throw wrongType();
  const left = members.filter((member) => !gone.includes(member));
  if (left.length > 0) place(item, path, setLike(value, left));
  else remove(item, path);
}

function setLike(value: AttributeValue, members: string[]): AttributeValue {
  if ('SS' in value) return { SS: members };
  return 'NS' in value ? { NS: members } : { BS: members };
}

function place(item: Item, path: Path, value: AttributeValue): void {
  const place = placeOf(item, path);
  if ('list' in place) place.list[Math.min(place.position, place.list.length)] = value;
  else place.map[place.name] = value;
}

function remove(item: Item, path: Path): void {
  const place = placeOf(item, path);
  if ('list' in place) place.list.splice(place.position, 1);
  else delete place.map[place.name];
}

type Place = { list: AttributeValue[]; position: number } | { map: Item; name: string };

/** Where a path's last step leads, whether something is there or not. @throws where its parent is of another kind. */
function placeOf(item: Item, path: Path): Place {
  const parent = valueAt(item, path.slice(0, -1));
  const step = path.at(-1);
  if (parent && 'L' in parent && typeof step === 'number') return { list: parent.L, position: step };
  if (parent && 'M' in parent && typeof step === 'string') return { map: parent.M, name: step };
  throw wrongPath();
}
