import { ACCOUNT, REGION } from '../aws/service.ts';
import { noValue, resolve, resolveCondition, type Scope, UNKNOWN } from './intrinsics.ts';
import { isSupported, physicalName, type ResourceTypeName, resourceType } from './resource-types.ts';
import type { Template } from './template.ts';

type Problem = (text: string) => void;

/** What the names in a template stand for: parameters, conditions, and what each resource answers to Ref and GetAtt. */
export class StackValues {
  /** The resources that run here, conditions applied. */
  readonly types = new Map<string, ResourceTypeName>();
  readonly #template: Template;
  readonly #parameters: Record<string, string>;
  readonly #pseudoParameters: Map<string, unknown>;
  readonly #names = new Map<string, string>();
  readonly #created = new Map<string, string>();

  constructor(template: Template, stackName: string, parameters: Record<string, string>) {
    this.#template = template;
    this.#parameters = parameters;
    this.#pseudoParameters = new Map<string, unknown>([
      ['AWS::AccountId', ACCOUNT],
      ['AWS::NoValue', noValue],
      ['AWS::NotificationARNs', []],
      ['AWS::Partition', 'aws'],
      ['AWS::Region', REGION],
      ['AWS::StackId', `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${stackName}/local`],
      ['AWS::StackName', stackName],
      ['AWS::URLSuffix', 'amazonaws.com'],
    ]);
  }

  /** Takes the template's resources whose condition holds; tells `problem` of those whose type does not run here. */
  select(problem: (logicalId: string) => Problem): void {
    for (const [logicalId, resource] of Object.entries(this.#template.Resources)) {
      if (!this.isActive(resource.Condition, problem(logicalId))) continue;
      if (isSupported(resource.Type)) this.types.set(logicalId, resource.Type);
      else problem(logicalId)('unsupported resource type');
    }
  }

  isActive(condition: string | undefined, problem: Problem): boolean {
    return condition === undefined || this.#condition(condition, problem);
  }

  scope(problem: Problem): Scope {
    return {
      ref: (name) => {
        const isResource = Object.hasOwn(this.#template.Resources, name);
        return isResource ? this.value(name, 'Ref', problem) : this.#parameter(name, problem);
      },
      attribute: (logicalId, attribute) => this.value(logicalId, attribute, problem),
      condition: (name) => this.#condition(name, problem),
      mapping: (map, first, second) => this.#template.Mappings[map]?.[first]?.[second],
      availabilityZones: (region) => ['a', 'b', 'c'].map((zone) => region + zone),
      problem,
    };
  }

  /** A resource's Ref or attribute; UNKNOWN while only its service could say, or where there is no such value. */
  value(logicalId: string, attribute: string, problem: Problem): string | typeof UNKNOWN {
    const type = this.types.get(logicalId);
    if (type === undefined) {
      const resource = this.#template.Resources[logicalId];
      // An unsupported type has been told of already.
      if (resource === undefined) problem(`${attribute} of ${logicalId}, which the template does not have`);
      else if (isSupported(resource.Type)) problem(`${attribute} of ${logicalId}, whose condition does not hold`);
      return UNKNOWN;
    }
    const { ref, attributes } = resourceType(type);
    const value = attribute === 'Ref' ? ref : attributes[attribute];
    if (value === undefined) {
      problem(`unsupported attribute ${attribute} of ${logicalId} (${type})`);
      return UNKNOWN;
    }
    if (value === 'created') return this.#created.get(`${logicalId}.${attribute}`) ?? UNKNOWN;
    return value({ logicalId, name: this.physicalName(logicalId, problem) });
  }

  physicalName(logicalId: string, problem: Problem): string {
    const known = this.#names.get(logicalId);
    if (known !== undefined) return known;
    const type = this.types.get(logicalId);
    if (type === undefined) throw new Error(`no resource ${logicalId}`);
    const properties = this.#template.Resources[logicalId]?.Properties ?? {};
    const property = resourceType(type).name.property;
    const given = property === undefined ? undefined : resolve(properties[property], this.scope(problem));
    if (given === UNKNOWN) problem(`the name ${property} of ${logicalId} hangs on what is only known after creation`);
    const name = physicalName(
      type,
      logicalId,
      property === undefined ? properties : { ...properties, [property]: given },
    );
    this.#names.set(logicalId, name);
    return name;
  }

  /** Throws where the type has no such value, or not one that its service gives. */
  provide(logicalId: string, values: Record<string, string>): void {
    const type = this.types.get(logicalId);
    if (type === undefined) throw new Error(`no resource ${logicalId}`);
    const { ref, attributes } = resourceType(type);
    for (const [attribute, value] of Object.entries(values)) {
      if ((attribute === 'Ref' ? ref : attributes[attribute]) !== 'created')
        throw new Error(`${attribute} of ${logicalId} (${type}) is not given at creation`);
      this.#created.set(`${logicalId}.${attribute}`, value);
    }
  }

  #condition(name: string, problem: Problem): boolean {
    const condition = this.#template.Conditions[name];
    if (condition === undefined) problem(`condition ${name}, which the template does not have`);
    return condition !== undefined && resolveCondition(condition, this.scope(problem));
  }

  #parameter(name: string, problem: Problem): unknown {
    if (this.#pseudoParameters.has(name)) return this.#pseudoParameters.get(name);
    const parameter = this.#template.Parameters[name];
    if (parameter === undefined) return undefined;
    const given = this.#parameters[name];
    if (given === undefined && parameter.Type.startsWith('AWS::SSM::')) {
      problem(`parameter ${name} is looked up in SSM, which does not run here: give it a value`);
      return UNKNOWN;
    }
    const value = given ?? parameter.Default;
    if (value === undefined) {
      problem(`parameter ${name} has neither a value nor a default`);
      return UNKNOWN;
    }
    const isList = parameter.Type === 'CommaDelimitedList' || parameter.Type.startsWith('List<');
    return isList
      ? String(value)
          .split(',')
          .map((entry) => entry.trim())
      : String(value);
  }
}
