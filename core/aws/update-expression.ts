import type { Item } from './dynamodb.ts';

/** The parts of an `UpdateItem` that set some attributes and remove others; what is undefined stays as it is. */
export function setAndRemove(changes: Item, removed: readonly string[]) {
  const set = Object.entries(changes).filter(([, value]) => value !== undefined);
  const clauses = [
    ...(set.length > 0 ? [`SET ${set.map(([name]) => `#${name} = :${name}`).join(', ')}`] : []),
    ...(removed.length > 0 ? [`REMOVE ${removed.map((name) => `#${name}`).join(', ')}`] : []),
  ];
  const names = [...set.map(([name]) => name), ...removed];
  return {
    UpdateExpression: clauses.join(' '),
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    // DynamoDB takes no empty map of values.
    ...(set.length > 0 && {
      ExpressionAttributeValues: Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])),
    }),
  };
}
