/** A value of an element: text, child elements, or the same element several times. */
export type Xml = string | number | boolean | undefined | { [name: string]: Xml } | Xml[];

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** A whole document; what is undefined is left out. */
export function document(root: string, content: { [name: string]: Xml }, namespace = true): string {
  const attribute = namespace ? ` xmlns="${NAMESPACE}"` : '';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${children(content)}</${root}>`;
}

function children(content: { [name: string]: Xml }): string {
  return Object.entries(content)
    .map(([name, value]) => element(name, value))
    .join('');
}

function element(name: string, value: Xml): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((one) => element(name, one)).join('');
  return `<${name}>${typeof value === 'object' ? children(value) : encodeText(String(value))}</${name}>`;
}

// Carriage returns and control characters would not come back from a parser as they went in.
function encodeText(text: string): string {
  return text.replace(/[<>&"\p{Cc}]/gu, (char) => `&#${char.codePointAt(0)};`);
}

/** The contents of each element of that name, in order. For the flat documents that clients send; no nesting of a name. */
export function elements(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, 'g'))].map(
    ([, inner]) => inner ?? '',
  );
}

/** The text of the first element of that name. */
export function text(xml: string, name: string): string | undefined {
  const [first] = elements(xml, name);
  return first === undefined ? undefined : decodeText(first);
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decodeText(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return ENTITIES[name ?? ''] ?? whole;
  });
}
