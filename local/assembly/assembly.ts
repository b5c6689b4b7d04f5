import { references, resolve, UNKNOWN } from './intrinsics.ts';
import { inOrder } from './order.ts';
import { type ResourceTypeName, resourceType } from './resource-types.ts';
import { AssemblyError, readAssembly } from './template.ts';
import { StackValues } from './values.ts';

/**
 * A cloud assembly made ready to run here, CloudFormation's part of the work: names, order, and values that one
 * resource takes from another.
 *
 *   const assembly = loadAssembly(directory);
 *   for (const resource of assembly.resources.values()) {
 *     const created = await create(resource, assembly.properties(resource.logicalId));
 *     assembly.provide(resource.logicalId, created);
 *   }
 *
 * The resources come in such an order that what a resource refers to stands before it. Some values only the service
 * that makes a resource knows (marked `created` in resource-types.ts: a stream's ARN, a queue's URL, an API's
 * endpoint): they are provided before anything that reads them is resolved.
 */
export interface Assembly {
  readonly directory: string;
  readonly stackName: string;
  /** By logical id, in the order of creation. */
  readonly resources: ReadonlyMap<string, Resource>;
  /** The properties without intrinsics. Throws AssemblyError where one needs a value that nobody has provided yet. */
  properties(logicalId: string): Record<string, unknown>;
  /** What `Ref` answers. Throws AssemblyError before it is provided. */
  ref(logicalId: string): string;
  /** What `Fn::GetAtt` answers. Throws AssemblyError before it is provided. */
  attribute(logicalId: string, attribute: string): string;
  /** Values that exist now that the resource is made: `{StreamArn: …}`, `{Ref: url, QueueUrl: url}`. */
  provide(logicalId: string, values: Record<string, string>): void;
  /** The template's outputs. Throws AssemblyError where one needs a value that nobody has provided yet. */
  outputs(): Record<string, string>;
  /** Where the asset lies that a deployment uploads under an S3 key or image tag: a function's code, for one. */
  asset(key: string): string;
}

export interface Resource {
  logicalId: string;
  type: ResourceTypeName;
  /** The physical name: `vigia-Alerts91F83244`, or the template's own. */
  name: string;
  metadata: Record<string, unknown>;
  /** Logical ids of the resources that must be there before. */
  dependsOn: string[];
  /** Set where nothing has to run for it here, with the reason. */
  inert: string | undefined;
}

/**
 * Loads the assembly in `directory` (what `cdk synth` writes). Throws AssemblyError with everything that can't run
 * here: resource types, intrinsics, attributes, parameters without a value, references to nothing, circles.
 * @param parameters values for the template's parameters; the others take their defaults
 */
export function loadAssembly(directory: string, parameters: Record<string, string> = {}): Assembly {
  const { stackName, template, assets } = readAssembly(directory);
  const values = new StackValues(template, stackName, parameters);

  const describe = (logicalId: string): string => {
    const resource = template.Resources[logicalId];
    const path = resource?.Metadata['aws:cdk:path'];
    return `${logicalId} (${resource?.Type}${typeof path === 'string' ? ` at ${path}` : ''})`;
  };
  const needs = (logicalId: string): string[] => {
    const resource = template.Resources[logicalId];
    const read = [...references(resource?.Properties), ...(resource?.DependsOn ?? [])];
    return [...new Set(read)].filter((other) => values.types.has(other));
  };
  const fail = (where: string, text: string): never => {
    throw new AssemblyError(directory, [`${where}: ${text}`]);
  };
  const resolved = (value: unknown, where: string): unknown => {
    const scope = values.scope((text) => fail(where, text));
    const missing = new Set<string>();
    const noting = (what: string, found: unknown): unknown => {
      if (found === UNKNOWN) missing.add(what);
      return found;
    };
    const result = resolve(value, {
      ...scope,
      ref: (name) => noting(name, scope.ref(name)),
      attribute: (logicalId, attribute) => noting(`${logicalId}.${attribute}`, scope.attribute(logicalId, attribute)),
    });
    if (missing.size > 0) fail(where, `needs ${[...missing].join(', ')}, only known after creation`);
    return result;
  };
  const knownValue = (logicalId: string, attribute: string): string => {
    const where = `${attribute} of ${logicalId}`;
    const value = values.value(logicalId, attribute, (text) => fail(where, text));
    return value === UNKNOWN ? fail(where, 'only known after creation') : value;
  };

  const problems: string[] = [];
  const note = (where: string) => (text: string) => {
    problems.push(`${where}: ${text}`);
  };
  values.select((logicalId) => note(describe(logicalId)));
  const order = inOrder(values.types.keys(), needs, (text) => {
    // Nothing in a circle can be resolved.
    throw new AssemblyError(directory, [...problems, text]);
  });
  const outputs = Object.entries(template.Outputs).filter(([id, { Condition }]) =>
    values.isActive(Condition, note(`output ${id}`)),
  );
  // Everything is resolved once with what is known now, only to hear of all problems together.
  for (const logicalId of values.types.keys())
    resolve(template.Resources[logicalId]?.Properties, values.scope(note(describe(logicalId))));
  for (const [id, { Value }] of outputs) resolve(Value, values.scope(note(`output ${id}`)));
  if (problems.length > 0) throw new AssemblyError(directory, [...new Set(problems)]);

  const resources = new Map<string, Resource>();
  for (const logicalId of order) {
    const type = values.types.get(logicalId);
    if (type === undefined) continue;
    resources.set(logicalId, {
      logicalId,
      type,
      name: values.physicalName(logicalId, (text) => fail(describe(logicalId), text)),
      metadata: template.Resources[logicalId]?.Metadata ?? {},
      dependsOn: needs(logicalId),
      inert: resourceType(type).inert,
    });
  }

  return {
    directory,
    stackName,
    resources,
    properties: (logicalId) => {
      const properties = Object.entries(template.Resources[logicalId]?.Properties ?? {});
      // As one object, so that a property of AWS::NoValue is left out.
      const result = resolved(Object.fromEntries(properties), describe(logicalId));
      return Object.fromEntries(Object.entries(result ?? {}));
    },
    ref: (logicalId) => knownValue(logicalId, 'Ref'),
    attribute: knownValue,
    provide: (logicalId, created) => values.provide(logicalId, created),
    outputs: () => Object.fromEntries(outputs.map(([id, { Value }]) => [id, String(resolved(Value, `output ${id}`))])),
    asset: (key) => assets.get(key) ?? fail('assets', `none is uploaded as ${key}`),
  };
}
