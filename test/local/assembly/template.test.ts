import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadAssembly } from '../../../local/assembly/assembly.ts';
import { AssemblyError } from '../../../local/assembly/template.ts';

/** Templates by hand, for what CDK emits only now and then, and for what can't run. */

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vigia-template-'));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

const stack = { type: 'aws:cloudformation:stack', properties: { templateFile: 'template.json' } };

function load(template: object, parameters: Record<string, string> = {}, artifacts: object = { Vigia: stack }) {
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ version: '1', artifacts }));
  writeFileSync(join(directory, 'template.json'), JSON.stringify(template));
  return loadAssembly(directory, parameters);
}

function problems(template: object, artifacts?: object): string[] {
  try {
    load(template, {}, artifacts);
    return [];
  } catch (error) {
    if (error instanceof AssemblyError) return error.problems;
    throw error;
  }
}

const group = (Properties: object, more: object = {}) => ({ Type: 'AWS::Logs::LogGroup', Properties, ...more });
const queue = (Properties: object = {}) => ({ Type: 'AWS::SQS::Queue', Properties });

/** What `value` is when it stands in a resource's property. */
const inResource = (value: unknown, template: object = {}, parameters: Record<string, string> = {}) =>
  load({ Resources: { It: group({ Value: value }), Other: group({}) }, ...template }, parameters).properties('It')[
    'Value'
  ];

const fn = (name: string, ...args: unknown[]) => ({ [`Fn::${name}`]: args.length === 1 ? args[0] : args });
const ref = (Ref: string) => ({ Ref });
const placeholder = (text: string) => `$\{${text}}`;

describe('values', () => {
  it('of intrinsic functions are those of CloudFormation', () => {
    expect(inResource(fn('Join', '-', ['a', 1, ref('AWS::Region'), fn('Select', '1', ['x', 'y'])]))).toBe(
      'a-1-eu-west-1-y',
    );
    expect(inResource(fn('Split', '|', 'a|b||c'))).toEqual(['a', 'b', '', 'c']);
    expect(inResource(fn('Join', ',', fn('Split', '|', 'a|b')))).toBe('a,b');
    expect(inResource(fn('GetAZs', ''))).toEqual(['eu-west-1a', 'eu-west-1b', 'eu-west-1c']);
    expect(inResource(fn('GetAZs', ref('AWS::Region')))).toHaveLength(3);
    expect(inResource(fn('Select', 0, fn('GetAZs', '')))).toBe('eu-west-1a');
    const text = `arn:${placeholder('AWS::Partition')}:${placeholder('Own')}:${placeholder('!Kept')}`;
    expect(inResource(fn('Sub', text, { Own: ref('AWS::AccountId') }))).toBe(
      `arn:aws:000000000000:${placeholder('Kept')}`,
    );
    expect(inResource(fn('Sub', placeholder('Other.Arn')))).toBe(
      'arn:aws:logs:eu-west-1:000000000000:log-group:vigia-Other:*',
    );
    expect(inResource([ref('AWS::StackName'), ref('AWS::URLSuffix'), ref('AWS::StackId')])).toEqual([
      'Vigia',
      'amazonaws.com',
      'arn:aws:cloudformation:eu-west-1:000000000000:stack/Vigia/local',
    ]);
  });

  it('are looked up in mappings and parameters', () => {
    const template = {
      Mappings: { Sizes: { 'eu-west-1': { small: 256 } } },
      Parameters: {
        Stage: { Type: 'String', Default: 'local' },
        Zones: { Type: 'CommaDelimitedList', Default: 'a, b' },
        Needed: { Type: 'String' },
      },
    };
    const given = { Needed: 'given' };
    expect(inResource(fn('FindInMap', 'Sizes', ref('AWS::Region'), 'small'), template)).toBe(256);
    expect(inResource([ref('Stage'), ref('Needed'), ref('Zones')], template, given)).toEqual([
      'local',
      'given',
      ['a', 'b'],
    ]);
    expect(inResource(ref('Stage'), template, { Stage: 'other' })).toBe('other');
  });

  it('hang on conditions', () => {
    const template = {
      Parameters: { Stage: { Type: 'String', Default: 'local' } },
      Conditions: {
        Local: fn('Equals', ref('Stage'), 'local'),
        Remote: { 'Fn::Not': [{ Condition: 'Local' }] },
        Both: fn('And', { Condition: 'Local' }, { Condition: 'Remote' }),
        Either: fn('Or', { Condition: 'Local' }, { Condition: 'Remote' }),
      },
    };
    const ifs = ['Local', 'Remote', 'Both', 'Either'].map((name) => fn('If', name, 1, ref('AWS::NoValue')));
    expect(inResource(ifs, template)).toEqual([1, 1]);
    expect(inResource(ifs, template, { Stage: 'prod' })).toEqual([1, 1]);
    expect(inResource({ kept: 1, dropped: fn('If', 'Remote', 1, ref('AWS::NoValue')) }, template)).toEqual({ kept: 1 });
    const made = load({
      ...template,
      Resources: { A: group({}, { Condition: 'Local' }), B: group({}, { Condition: 'Remote' }) },
      Outputs: { A: { Value: ref('A'), Condition: 'Local' }, B: { Value: ref('B'), Condition: 'Remote' } },
    });
    expect([...made.resources.keys()]).toEqual(['A']);
    expect(made.outputs()).toEqual({ A: 'vigia-A' });
  });

  it('leave an object alone that only looks like an intrinsic', () => {
    const statement = { Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
    expect(inResource(statement)).toEqual(statement);
    expect(inResource({ Ref: 'a', Other: 'b' })).toEqual({ Ref: 'a', Other: 'b' });
  });
});

describe('names', () => {
  it("are the template's own, or made within the service's limits", () => {
    const long = `Very${'Long'.repeat(30)}`;
    const made = load({
      Resources: {
        Given: queue({ QueueName: fn('Join', '-', ['jobs', ref('AWS::Region')]) }),
        Fifo: queue({ FifoQueue: true }),
        [`${long}A`]: queue(),
        [`${long}B`]: queue({ FifoQueue: true }),
        Images: { Type: 'AWS::S3::Bucket' },
      },
    });
    const names = [...made.resources.values()].map(({ name }) => name);
    expect(names.slice(0, 2)).toEqual(['jobs-eu-west-1', 'vigia-Fifo.fifo']);
    expect(names[2]).toMatch(/^vigia-VeryLong.*-[0-9a-z]{8}$/);
    expect(names[3]).toMatch(/^vigia-VeryLong.*-[0-9a-z]{8}\.fifo$/);
    expect(names.slice(2, 4).map((name) => name.length)).toEqual([80, 80]);
    expect(names[4]).toBe('vigia-images');
    expect(made.attribute('Images', 'RegionalDomainName')).toBe('vigia-images.s3.eu-west-1.amazonaws.com');
  });
});

describe('what can not run here', () => {
  it('is named with its logical id, all at once', () => {
    const found = problems({
      Resources: {
        Tree: { Type: 'AWS::EC2::VPNGateway', Metadata: { 'aws:cdk:path': 'Vigia/Tree/Resource' } },
        A: group({ Value: fn('ImportValue', 'other') }),
        B: group({ Value: [ref('Nowhere'), fn('GetAtt', 'A', 'Colour'), fn('Cidr', 'a')] }),
        C: group({ Value: '{{resolve:secretsmanager:a}}', Zone: fn('Select', 7, ['a']) }),
        D: group({ Value: ref('Version') }),
        E: group({ Value: ref('Tree') }),
      },
      Parameters: { Version: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk/version' } },
      Outputs: { Url: { Value: fn('GetAtt', 'Gone', 'Url') } },
    });
    expect(found).toEqual([
      'Tree (AWS::EC2::VPNGateway at Vigia/Tree/Resource): unsupported resource type',
      'A (AWS::Logs::LogGroup): unsupported intrinsic Fn::ImportValue',
      'B (AWS::Logs::LogGroup): Ref to Nowhere, which the template does not have',
      'B (AWS::Logs::LogGroup): unsupported attribute Colour of A (AWS::Logs::LogGroup)',
      'B (AWS::Logs::LogGroup): unsupported intrinsic Fn::Cidr',
      'C (AWS::Logs::LogGroup): unsupported dynamic reference {{resolve:secretsmanager:a}}',
      'C (AWS::Logs::LogGroup): Fn::Select can\'t take [7,["a"]]',
      'D (AWS::Logs::LogGroup): parameter Version is looked up in SSM, which does not run here: give it a value',
      'output Url: Url of Gone, which the template does not have',
    ]);
  });

  it('is a circle', () => {
    const a = queue({ A: fn('GetAtt', 'B', 'Arn') });
    expect(problems({ Resources: { A: a, B: { ...queue(), DependsOn: 'A' } } })).toEqual([
      'these need each other: A → B → A',
    ]);
  });

  it('is a part of a template that would be left out', () => {
    expect(problems({ Resources: {}, Transform: 'AWS::Serverless-2016-10-31' })[0]).toContain('Transform');
    expect(problems({ Resources: { A: { ...queue(), CreationPolicy: {} } } })[0]).toContain('CreationPolicy');
  });

  it('is a reference to what a condition left out', () => {
    const found = problems({
      Conditions: { Never: fn('Equals', 'a', 'b') },
      Resources: { A: { ...queue(), Condition: 'Never' }, B: group({ Value: fn('GetAtt', 'A', 'Arn') }) },
    });
    expect(found).toEqual(['B (AWS::Logs::LogGroup): Arn of A, whose condition does not hold']);
  });

  it('is an assembly without a stack, with two, or without its files', () => {
    expect(problems({ Resources: {} }, {})).toEqual(['one stack is expected, there are 0']);
    expect(problems({ Resources: {} }, { A: stack, B: stack })).toEqual(['one stack is expected, there are 2: A, B']);
    expect(() => loadAssembly(join(directory, 'none'))).toThrow('manifest.json: ENOENT');
  });
});
