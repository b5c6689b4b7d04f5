import dynalite from 'dynalite/db/index.js';
import { invalidParameters, validation } from './errors.ts';
import type { Bound } from './items.ts';
import type { KeyAttribute, KeySchema } from './keys.ts';
import type { KeyCondition } from './requests.ts';
import { scalarText, typeOf } from './values.ts';

/** What a KeyConditionExpression selects: one partition and bounds of its sort key, in their stored form. */
export function keyRange(
  { hash, range }: KeySchema,
  conditions: Record<string, KeyCondition>,
): { pk: string; bounds: Bound[] } {
  const onHash = conditions[hash.name];
  const onRange = range && conditions[range.name];
  const used = (onHash ? 1 : 0) + (onRange ? 1 : 0);
  if (!onHash || used !== Object.keys(conditions).length) {
    if (!range && onHash) throw validation('Query key condition not supported');
    throw validation(`Query condition missed key schema element: ${onHash && range ? range.name : hash.name}`);
  }
  if (onHash.ComparisonOperator !== 'EQ') throw validation('Query key condition not supported');
  const [pk = ''] = storedValues(hash, onHash);
  return { pk, bounds: range && onRange ? sortKeyBounds(onRange, storedValues(range, onRange)) : [] };
}

function storedValues({ name, type }: KeyAttribute, condition: KeyCondition): string[] {
  return condition.AttributeValueList.map((value) => {
    if (typeOf(value) !== type) throw invalidParameters('Condition parameter type does not match schema type');
    if (scalarText(value) === '') {
      throw validation(
        'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ' +
          `${type === 'B' ? 'binary' : 'string'} value. Key: ${name}`,
      );
    }
    return dynalite.toRangeStr(value);
  });
}

function sortKeyBounds({ ComparisonOperator: operator }: KeyCondition, [low = '', high = '']: string[]): Bound[] {
  switch (operator) {
    case 'EQ':
      return [['=', low]];
    case 'LT':
      return [['<', low]];
    case 'LE':
      return [['<=', low]];
    case 'GT':
      return [['>', low]];
    case 'GE':
      return [['>=', low]];
    case 'BETWEEN':
      return [
        ['>=', low],
        ['<=', high],
      ];
    case 'BEGINS_WITH':
      // Stored text is hexadecimal: `g` follows every continuation of the prefix.
      return [
        ['>=', low],
        ['<', `${low}g`],
      ];
  }
}
