import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Credentials } from '../aws/credentials.ts';
import { ACCOUNT, REGION } from '../aws/service.ts';
import { readProperties } from '../aws/template-properties.ts';

export interface FunctionInput {
  logicalId: string;
  /** The physical name. */
  name: string;
  /** Resolved properties of the `AWS::Lambda::Function`. */
  properties: unknown;
  /** The directory that a deployment would upload. */
  codeDirectory: string;
  /** Put in the place of the template's variables, or beside them. */
  environment?: Record<string, string>;
  /** What its AWS SDK clients sign with. */
  credentials: Credentials;
}

export interface FunctionDefinition {
  name: string;
  arn: string;
  /** The role's ARN: as whom the function calls. */
  role: string;
  description: string;
  codeDirectory: string;
  /** As configured: `index.handler`. */
  handler: string;
  /** The module's file. */
  file: string;
  /** The name under which the module exports the handler. */
  exportName: string;
  timeoutSeconds: number;
  memoryMegabytes: number;
  reservedConcurrency: number | undefined;
  architecture: string;
  logGroup: string;
  logFormat: 'Text' | 'JSON';
  logLevel: LogLevel;
  /** Whether START and REPORT records are written of what goes well. */
  logsPlatformEvents: boolean;
  /** The template's variables with those put in their place. */
  environment: Record<string, string>;
  credentials: Credentials;
}

export const LOG_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const properties = z.strictObject({
  Architectures: z
    .array(z.enum(['x86_64', 'arm64']))
    .length(1)
    .default(['x86_64']),
  Code: z.unknown().optional(),
  Description: z.string().default(''),
  Environment: z.strictObject({ Variables: z.record(z.string().regex(/^[a-zA-Z]\w+$/), z.string()) }).optional(),
  EphemeralStorage: z.strictObject({ Size: z.int().min(512).max(10_240) }).optional(),
  FunctionName: z.string().optional(),
  Handler: z.string().regex(/^[\w./-]*\w\.\w+$/, 'not of the form module.export'),
  LoggingConfig: z
    .strictObject({
      ApplicationLogLevel: z.enum(LOG_LEVELS).optional(),
      LogFormat: z.enum(['Text', 'JSON']).optional(),
      LogGroup: z.string().optional(),
      SystemLogLevel: z.enum(['DEBUG', 'INFO', 'WARN']).optional(),
    })
    .default({}),
  MemorySize: z.int().min(128).max(10_240).default(128),
  PackageType: z.literal('Zip').optional(),
  ReservedConcurrentExecutions: z.int().min(0).optional(),
  Role: z.string().regex(/^arn:aws:iam::\d+:role\//, 'not the ARN of a role'),
  Runtime: z.literal('nodejs24.x', 'only nodejs24.x runs here'),
  Tags: z.unknown().optional(),
  Timeout: z.int().min(1).max(900).default(3),
  TracingConfig: z.unknown().optional(),
});

/** Names that Lambda refuses in a function's configuration. Source: Lambda guide, "Defined runtime environment variables". */
const RESERVED = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_DEFAULT_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_RUNTIME_API',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
]);

/** All variables together, names and values: a quota of Lambda. */
const ENVIRONMENT_BYTES = 4096;

/**
 * A function as its template and its code directory say.
 * @throws Error that names the function and what is wrong, is not supported here, or is missing in the directory
 */
export function readFunction(input: FunctionInput): FunctionDefinition {
  const { logicalId, name, codeDirectory } = input;
  const read = readProperties(properties, logicalId, input.properties);
  const variables = read.Environment?.Variables ?? {};
  checkEnvironment(logicalId, variables);
  const { LogFormat = 'Text', LogGroup, ApplicationLogLevel, SystemLogLevel } = read.LoggingConfig;
  if (LogFormat === 'Text' && (ApplicationLogLevel !== undefined || SystemLogLevel !== undefined)) {
    throw new Error(`${logicalId}: LoggingConfig: log levels need LogFormat JSON`);
  }
  const dot = read.Handler.lastIndexOf('.');
  return {
    name,
    arn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`,
    role: read.Role,
    description: read.Description,
    codeDirectory,
    handler: read.Handler,
    file: moduleFile(logicalId, codeDirectory, read.Handler.slice(0, dot)),
    exportName: read.Handler.slice(dot + 1),
    timeoutSeconds: read.Timeout,
    memoryMegabytes: read.MemorySize,
    reservedConcurrency: read.ReservedConcurrentExecutions,
    architecture: read.Architectures[0] ?? 'x86_64',
    logGroup: LogGroup ?? `/aws/lambda/${name}`,
    logFormat: LogFormat,
    logLevel: ApplicationLogLevel ?? (LogFormat === 'JSON' ? 'INFO' : 'TRACE'),
    logsPlatformEvents: SystemLogLevel !== 'WARN',
    environment: { ...variables, ...input.environment },
    credentials: input.credentials,
  };
}

function checkEnvironment(logicalId: string, variables: Record<string, string>): void {
  const reserved = Object.keys(variables).filter((name) => RESERVED.has(name));
  if (reserved.length > 0) throw new Error(`${logicalId}: Lambda reserves the variables ${reserved.join(', ')}`);
  const bytes = Buffer.byteLength(Object.entries(variables).flat().join(''));
  if (bytes > ENVIRONMENT_BYTES) {
    throw new Error(`${logicalId}: ${bytes} bytes of environment variables; Lambda takes ${ENVIRONMENT_BYTES}`);
  }
}

function moduleFile(logicalId: string, directory: string, module: string): string {
  // The order in which Lambda's own runtime looks.
  const file = ['.js', '.mjs', '.cjs'].map((ending) => join(directory, module + ending)).find((it) => existsSync(it));
  if (file === undefined) throw new Error(`${logicalId}: no ${module}.js, .mjs or .cjs in ${directory}`);
  return file;
}

/**
 * All that the function's code sees in `process.env`: the template's variables and what Lambda sets, with the local
 * endpoint for every AWS SDK client; nothing of this process's environment.
 */
export function functionEnvironment(
  definition: FunctionDefinition,
  endpointUrl: string,
  logStream: string,
): Record<string, string> {
  const { credentials } = definition;
  return {
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PATH: '/usr/local/bin:/usr/bin/:/bin:/opt/bin',
    HOME: '/tmp',
    AWS_ENDPOINT_URL: endpointUrl,
    ...definition.environment,
    ...(definition.logFormat === 'JSON' && {
      AWS_LAMBDA_LOG_FORMAT: 'JSON',
      AWS_LAMBDA_LOG_LEVEL: definition.logLevel,
    }),
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken !== undefined && { AWS_SESSION_TOKEN: credentials.sessionToken }),
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMegabytes),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: definition.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    LAMBDA_TASK_ROOT: definition.codeDirectory,
    _HANDLER: definition.handler,
  };
}
