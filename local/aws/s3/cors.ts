import type { CorsRule } from './bucket-properties.ts';

/** `https://*.example.com`: one star stands for anything. */
function matches(pattern: string, text: string): boolean {
  const [start = '', end] = pattern.split('*');
  if (end === undefined) return pattern === text;
  return text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end);
}

/** What S3 adds to the answer of a request from a page of another origin: the first rule that fits, or nothing. */
export function corsHeaders(rules: CorsRule[], origin: string | undefined, method: string): Record<string, string> {
  if (origin === undefined) return {};
  const rule = rules.find(
    ({ AllowedOrigins, AllowedMethods }) =>
      AllowedMethods.includes(method) && AllowedOrigins.some((allowed) => matches(allowed, origin)),
  );
  if (!rule) return {};
  const anyone = rule.AllowedOrigins.includes('*');
  return {
    'access-control-allow-origin': anyone ? '*' : origin,
    'access-control-allow-methods': rule.AllowedMethods.join(', '),
    ...(!anyone && { 'access-control-allow-credentials': 'true' }),
    ...(rule.ExposedHeaders.length > 0 && { 'access-control-expose-headers': rule.ExposedHeaders.join(', ') }),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
}
