import { ApiError } from '../http/errors.ts';
import { FARGATE_SIZES, isFargateSize, type Size } from './fargate-sizes.ts';
import type { CommandRules } from './job-settings.ts';

/**
 * What jobs may do. The lists are a guard against mistakes: what confines a command is its task, which has no role, no
 * way in, and the rights of a user that is not root.
 */

/** Overrides of a task take 8,192 characters of JSON in all, in which that of `env` is a string. */
const COMMAND_LENGTH = 4096;
const ENV_LENGTH = 2048;

/** What a runner or AWS's tools would take as meant for them. */
const RESERVED = /^(AWS_|ECS_|VIGIA_)/;

/**
 * @param missing those of the allowed executables that the image lacks
 * @throws ApiError 422 with the reason and what is valid
 */
export function checkCommand(
  command: readonly string[],
  { allow, deny }: CommandRules,
  missing: readonly string[],
): void {
  // First of all: patterns take their time with long lines.
  const length = JSON.stringify(command).length;
  if (length > COMMAND_LENGTH) throw new ApiError('command_too_long', { length, limit: COMMAND_LENGTH });
  const [executable = ''] = command;
  if (!allow.includes(executable)) throw new ApiError('command_not_allowed', { executable, allowed: allow });
  const line = command.join(' ');
  const denied = deny.find((pattern) => new RegExp(pattern).test(line));
  if (denied !== undefined) throw new ApiError('command_denied', { pattern: denied });
  if (missing.includes(executable)) {
    const found = allow.filter((name) => !missing.includes(name));
    throw new ApiError('command_not_found', { executable, found });
  }
}

/** @throws ApiError 422 with the reason and what is valid */
export function checkEnv(env: Record<string, string>): void {
  const reserved = Object.keys(env).find((name) => RESERVED.test(name));
  if (reserved !== undefined) {
    throw new ApiError('reserved_variable', { variable: reserved, reserved: ['AWS_*', 'ECS_*', 'VIGIA_*'] });
  }
  const length = JSON.stringify(JSON.stringify(env)).length;
  if (length > ENV_LENGTH) throw new ApiError('env_too_long', { length, limit: ENV_LENGTH });
}

/** @throws ApiError 422 that names the sizes which are valid */
export function checkSize({ cpu, memory }: Size): void {
  if (isFargateSize({ cpu, memory })) return;
  const valid = [...FARGATE_SIZES].map(([units, sizes]) => ({ cpu: units, memory: sizes }));
  throw new ApiError('invalid_size', { cpu, memory, valid });
}
