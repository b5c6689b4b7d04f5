import { randomInt } from 'node:crypto';
import { z } from 'zod';

const length = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]).pipe(z.int().min(1).max(4096));

/** `GenerateSecretString` of `AWS::SecretsManager::Secret`, with CloudFormation's defaults. */
export const generateSecretString = z
  .strictObject({
    PasswordLength: length.default(32),
    ExcludeCharacters: z.string().default(''),
    ExcludeLowercase: z.boolean().default(false),
    ExcludeUppercase: z.boolean().default(false),
    ExcludeNumbers: z.boolean().default(false),
    ExcludePunctuation: z.boolean().default(false),
    IncludeSpace: z.boolean().default(false),
    RequireEachIncludedType: z.boolean().default(true),
    SecretStringTemplate: z.string().optional(),
    GenerateStringKey: z.string().optional(),
  })
  .refine(
    ({ SecretStringTemplate: template, GenerateStringKey: key }) => (template === undefined) === (key === undefined),
    {
      message: 'SecretStringTemplate and GenerateStringKey go together',
    },
  );
export type GenerateSecretString = z.infer<typeof generateSecretString>;

const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/**
 * A new random secret: the password, or the template with the password under its key.
 * @throws Error where the options leave no characters, too few places, or the template is no JSON object
 */
export function newSecretString(options: GenerateSecretString): string {
  const password = newPassword(options);
  const { SecretStringTemplate: template, GenerateStringKey: key } = options;
  if (template === undefined || key === undefined) return password;
  const content = z.record(z.string(), z.unknown()).parse(JSON.parse(template));
  return JSON.stringify({ ...content, [key]: password });
}

function newPassword(options: GenerateSecretString): string {
  const types = [
    options.ExcludeLowercase ? '' : LOWERCASE,
    options.ExcludeUppercase ? '' : LOWERCASE.toUpperCase(),
    options.ExcludeNumbers ? '' : '0123456789',
    options.ExcludePunctuation ? '' : PUNCTUATION,
    options.IncludeSpace ? ' ' : '',
  ]
    .map((characters) => [...characters].filter((character) => !options.ExcludeCharacters.includes(character)))
    .filter((characters) => characters.length > 0);
  const required = options.RequireEachIncludedType ? types : [];
  if (types.length === 0) throw new Error('GenerateSecretString leaves no characters to choose from');
  if (required.length > options.PasswordLength) throw new Error('PasswordLength is shorter than the required types');
  const rest = Array.from({ length: options.PasswordLength - required.length }, () => oneOf(types.flat()));
  return shuffled([...required.map(oneOf), ...rest]).join('');
}

function oneOf(characters: string[]): string {
  return characters[randomInt(characters.length)] ?? '';
}

/** Every order is as likely as any other. */
function shuffled(characters: string[]): string[] {
  const left = [...characters];
  return characters.flatMap(() => left.splice(randomInt(left.length), 1));
}
