/** The parts of dynalite 4.0.0 that are used: its request checks, expression parsers and order of keys. */

declare module 'dynalite/db/index.js' {
  type Schema = import('./tables.ts').TableSchema;
  type Item = import('./values.ts').Item;
  type Path = import('./expressions.ts').Path;

  const db: {
    /** Text that sorts as the string, number or binary does. */
    toRangeStr(value: import('./values.ts').AttributeValue): string;
    /** Only what lies at the paths, nested as in the item. */
    mapPaths(paths: Path[], item: Item): Item;
    /** An error where an expression reaches into a key attribute. */
    validateKeyPaths(nestedPaths: Record<string, true> | undefined, table: Schema): Error | undefined;
    /** An error where an update changes a key attribute or gives an index key another type. */
    validateUpdates(
      attributeUpdates: undefined,
      updates: import('./requests.ts').Updates | undefined,
      table: Schema,
    ): Error | undefined;
  };
  export default db;
}

declare module 'dynalite/validations/index.js' {
  type Validation<T> = import('./requests.ts').Validation<T>;

  const validations: {
    /** Removes unknown members from `data` and gives the rest. @throws where a member is of another type. */
    checkTypes<T>(data: object, types: Validation<T>['types']): T;
    /** Parses expressions into `_…` members and normalises numbers. @throws where a value is out of bounds. */
    checkValidations<T>(
      data: T,
      types: Validation<T>['types'],
      custom: Validation<T>['custom'],
      store: { options: { maxItemSize: number } },
    ): void;
  };
  export default validations;
}

declare module 'dynalite/validations/putItem.js' {
  const validation: import('./requests.ts').Validation<import('./requests.ts').PutRequest>;
  export default validation;
}

declare module 'dynalite/validations/updateItem.js' {
  const validation: import('./requests.ts').Validation<import('./requests.ts').UpdateRequest>;
  export default validation;
}

declare module 'dynalite/validations/deleteItem.js' {
  const validation: import('./requests.ts').Validation<import('./requests.ts').DeleteRequest>;
  export default validation;
}

declare module 'dynalite/validations/getItem.js' {
  const validation: import('./requests.ts').Validation<import('./requests.ts').GetRequest>;
  export default validation;
}

declare module 'dynalite/validations/query.js' {
  const validation: import('./requests.ts').Validation<import('./requests.ts').QueryRequest>;
  export default validation;
}

declare module 'dynalite/validations/scan.js' {
  const validation: import('./requests.ts').Validation<import('./requests.ts').ScanRequest>;
  export default validation;
}

declare module 'dynalite/validations/batchGetItem.js' {
  const validation: import('./requests.ts').Validation<import('./requests.ts').BatchGetRequest>;
  export default validation;
}

declare module 'dynalite/validations/batchWriteItem.js' {
  const validation: import('./requests.ts').Validation<import('./requests.ts').BatchWriteRequest>;
  export default validation;
}
