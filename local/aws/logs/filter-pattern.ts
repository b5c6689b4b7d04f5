import { AwsError } from '../service.ts';

interface Term {
  kind: 'all' | 'any' | 'none';
  text: string;
}

const TERM = /([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g;

function parseTerms(pattern: string): Term[] {
  return Array.from(pattern.matchAll(TERM), ([, prefix, quoted, bare]) => ({
    kind: prefix === '?' ? 'any' : prefix === '-' ? 'none' : 'all',
    text: quoted === undefined ? (bare ?? '') : quoted.replaceAll(/\\(.)/g, '$1'),
  }));
}

/**
 * The test that an unstructured CloudWatch Logs filter pattern stands for: every plain term occurs, one of the
 * `?terms` occurs, no `-term` does; case counts. As AWS documents it, `?terms` beside plain ones are ignored.
 * JSON (`{…}`) and space-delimited (`[…]`) patterns are refused.
 * Source: CloudWatch Logs user guide, "Filter pattern syntax for metric filters, …".
 */
export function compileFilterPattern(pattern: string): (message: string) => boolean {
  const trimmed = pattern.trim();
  if (trimmed.startsWith('{') || trimmed.startsWith('[')) {
    throw new AwsError(
      'InvalidParameterException',
      `filterPattern ${trimmed}: only terms are supported here, not JSON or space-delimited patterns`,
    );
  }
  const terms = parseTerms(trimmed);
  const texts = (kind: Term['kind']) => terms.filter((term) => term.kind === kind).map((term) => term.text);
  const all = texts('all');
  const any = all.length > 0 ? [] : texts('any');
  const none = texts('none');
  return (message) =>
    all.every((text) => message.includes(text)) &&
    (any.length === 0 || any.some((text) => message.includes(text))) &&
    !none.some((text) => message.includes(text));
}
