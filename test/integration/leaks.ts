import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Looks for the secrets of a run's requests and answers in all that the run wrote: tables, streams, queues, logs,
 * objects. None may be there in clear, in base64 or in hexadecimal digits.
 */

/** What these are called in bodies, whatever they lie in. */
const SECRET_FIELDS = /^(webhook_token|webhook_url|key|ticket|secret|bot_token|sessionid|sessionid_sign)$/;
const SECRET_HEADERS = ['x-api-key', 'authorization'];
/** Shorter ones come about by chance. */
const SHORTEST = 12;
/** Of each kind: what goes wrong with one of them goes wrong with all. */
const OF_A_KIND = 10;

/** Where a run keeps secrets for whoever started it, and for functions that ask Secrets Manager. */
const KEEPERS = new Set(['outputs.json', 'first-start.json', 'secrets', 'assembly']);
/** Code and no data: the examples of the API's document are in it. */
const CODE = join('lambda', 'compile-cache');

export class Secrets {
  readonly #known = new Map<string, Set<string>>();

  /** Keeps the secrets of a JSON body in mind. */
  noteBody(body: unknown): void {
    if (typeof body !== 'object' || body === null) return;
    for (const [name, value] of Object.entries(body)) {
      if (typeof value === 'string' && SECRET_FIELDS.test(name)) this.#note(name, value);
      else this.noteBody(value);
    }
  }

  noteHeaders(headers: Record<string, string>): void {
    for (const name of SECRET_HEADERS) this.#note(name, headers[name] ?? '');
  }

  #note(kind: string, value: string): void {
    // Of an address its last part is the secret, of a header what stands behind the scheme.
    const secret = (kind === 'webhook_url' ? value.split('/') : value.split(' ')).at(-1) ?? '';
    const known = this.#known.get(kind) ?? new Set();
    if (secret.length >= SHORTEST && known.size < OF_A_KIND) this.#known.set(kind, known.add(secret));
  }

  /** The places where one was found: its kind, how it was written, and the file. */
  leaks(dataDirectory: string): string[] {
    const traces = [...this.#known].flatMap(([kind, secrets]) =>
      [...secrets].flatMap((secret) => tracesOf(secret).map((trace) => ({ ...trace, kind }))),
    );
    const found = new Set<string>();
    for (const file of filesOf(dataDirectory)) {
      for (const content of contentsOf(file)) {
        for (const { kind, form, bytes } of traces) {
          if (content.includes(bytes)) found.add(`${kind} ${form} in ${relative(dataDirectory, file)}`);
        }
      }
    }
    return [...found];
  }
}

/** How a text may have been written. In base64 it looks different by where in a longer text it begins. */
function tracesOf(secret: string): { form: string; bytes: Buffer }[] {
  const text = Buffer.from(secret);
  const base64 = [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), text]).toString('base64url');
    // What also holds bits of what lies around it is left out.
    const inner = encoded.slice(Math.ceil((before * 4) / 3), Math.floor(((before + text.length) * 4) / 3));
    return [inner, inner.replaceAll('-', '+').replaceAll('_', '/')];
  });
  const hex = text.toString('hex');
  return [
    { form: 'in clear', bytes: text },
    ...[...new Set(base64)].map((encoded) => ({ form: 'in base64', bytes: Buffer.from(encoded) })),
    ...[hex, hex.toUpperCase()].map((digits) => ({ form: 'in hex', bytes: Buffer.from(digits) })),
  ];
}

function filesOf(dataDirectory: string): string[] {
  return readdirSync(dataDirectory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => {
      const place = relative(dataDirectory, file);
      return !KEEPERS.has(place.split(sep)[0] ?? '') && !place.startsWith(CODE);
    });
}

/** Rows are looked at by the thousand. */
const CHUNK_BYTES = 1 << 20;

/** A long value may lie scattered over a database's pages: its rows are read as rows. */
function* contentsOf(file: string): Generator<Buffer> {
  if (/-(wal|shm)$/.test(file)) return;
  const bytes = readFileSync(file);
  if (!bytes.subarray(0, 15).equals(Buffer.from('SQLite format 3'))) {
    yield bytes;
    return;
  }
  const database = new DatabaseSync(file, { readOnly: true });
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    for (const { name } of tables) {
      for (const row of database.prepare(`SELECT * FROM "${name}"`).iterate()) {
        for (const value of Object.values(row)) {
          const part = value instanceof Uint8Array ? value : Buffer.from(`${value}\n`);
          parts.push(part);
          size += part.length;
        }
        if (size > CHUNK_BYTES) {
          yield Buffer.concat(parts.splice(0));
          size = 0;
        }
      }
    }
    yield Buffer.concat(parts);
  } finally {
    database.close();
  }
}
