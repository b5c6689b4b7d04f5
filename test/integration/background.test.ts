import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { userLocator } from '../../core/access/tokens.ts';
import { exportKey, signalKey } from '../../core/alerts/keys.ts';
import type { AwsCall } from '../../local/aws/gateway.ts';
import { readCsv } from '../csv.ts';
import { type BackgroundRun, type Fault, isBy, startBackgroundRun } from './background-run.ts';
import { unneededGrants } from './grants.ts';

/** Exports and deletion, over HTTP, with calls that fail on the way. */

const GRACE_SECONDS = 8;
const MANY = 2000;

let background: BackgroundRun;
beforeAll(async () => {
  background = await startBackgroundRun(GRACE_SECONDS);
}, 120_000);
afterAll(() => background?.close());

async function askFor(userId: string, filters: Record<string, string> = {}) {
  return background.run.api('POST', `/api/users/${userId}/exports`, { body: filters });
}

async function exported(userId: string, filters: Record<string, string> = {}) {
  const { status, json } = await askFor(userId, filters);
  expect([status, json['status']]).toEqual([201, 'pending']);
  return background.ended(userId, json['id']);
}

/** The file's records by the header's names. */
async function download(url: unknown): Promise<Record<string, string>[]> {
  const text = await (await fetch(String(url))).text();
  const [names = [], ...records] = readCsv(text.replace(/^\ufeff/, ''));
  return records.map((cells) => Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ''])));
}

const filesOf = (locator: string) => background.storage.objects(`exports/${locator}/`);

/** The function's nth call for a user's export, as its lines in the code come. */
function nthCall(locator: string, n: number, kind: Fault['kind']): Fault {
  let calls = 0;
  const matches = (call: AwsCall) => {
    const { service, request } = call;
    if (!isBy(call, 'Exports') || service === 'sqs') return false;
    if (!(service === 's3' ? request.path : request.body.toString()).includes(locator)) return false;
    calls += 1;
    return calls === n;
  };
  return { kind, matches };
}

describe('an export', () => {
  test('holds what the list with the same filters shows, oldest first', async () => {
    const { run, newUser } = background;
    const { id, url } = await newUser('exporter');
    for (const body of [
      'BINANCE:BTCUSDT buy at 67000.10',
      '=HYPERLINK("http://x.example")\nBINANCE:BTCUSDT sell at 1',
      'BYBIT:ETHUSDT buy at 0.00000001',
      'BINANCE:BTCUSDT buy, "quoted" ñ🟢',
    ]) {
      expect((await run.alert(url, body)).status).toBe(200);
    }
    const done = await exported(id, { symbol: 'btcusdt' });
    expect(done).toMatchObject({
      user_id: id,
      status: 'completed',
      rows: 3,
      filters: { symbol: 'BTCUSDT' },
      reason: null,
    });
    const list = await run.api('GET', `/api/users/${id}/signals?symbol=btcusdt`);
    const signals = (list.json['signals'] as Record<string, unknown>[]).toReversed();
    const records = await download(done['url']);
    expect(records.map((record) => record['id'])).toEqual(signals.map((signal) => signal['id']));
    for (const [index, record] of records.entries()) {
      const signal = signals[index] ?? {};
      const { message = '', screenshot_status, screenshot_source, updated_at, ...others } = record;
      for (const [name, cell] of Object.entries(others)) expect(cell, name).toBe(String(signal[name] ?? ''));
      expect(message.replace(/^'=/, '=')).toBe(signal['message']);
    }
    expect(records[1]?.['message']).toMatch(/^'=HYPERLINK/);
    const everything = await exported(id);
    expect(everything).toMatchObject({ rows: 4, filters: {} });
    const between = await exported(id, { from: '2020-01-01T00:00:00Z', to: String(signals[0]?.['created_at']) });
    expect(between).toMatchObject({ rows: 0, filters: { from: '2020-01-01T00:00:00.000Z' } });
    expect(await download(between['url'])).toEqual([]);
  });

  test('is downloaded as a file, from an address that expires and can’t be altered', async () => {
    const { url, url_expires_at, bytes, created_at } = await exported('exporter');
    const file = await fetch(String(url));
    const name = `signals-${String(created_at).replace(/[:.]/g, '-')}.csv`;
    expect(file.headers.get('content-disposition')).toBe(`attachment; filename="${name}"`);
    expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect((await file.arrayBuffer()).byteLength).toBe(bytes);
    expect(Date.parse(String(url_expires_at)) - Date.now()).toBeGreaterThan(14 * 60_000);
    expect(new URL(String(url)).searchParams.get('X-Amz-Expires')).toBe('900');
    expect((await fetch(String(url).replace('attachment', 'inline'))).status).toBe(403);
  });

  test('of another user, of nobody or of no such id is a 404; filters that do not fit are a 400', async () => {
    const { run, newUser } = background;
    await newUser('neighbour');
    const { id } = await exported('exporter');
    for (const [path, code] of [
      [`/api/users/neighbour/exports/${id}`, 'export_not_found'],
      ['/api/users/exporter/exports/nothing', 'export_not_found'],
      [`/api/users/nobody/exports/${id}`, 'user_not_found'],
    ]) {
      const { status, json } = await run.api('GET', String(path));
      expect([status, json['code']]).toEqual([404, code]);
    }
    expect((await askFor('nobody')).status).toBe(404);
    const misfit = await askFor('exporter', { result: 'lost', colour: 'red' });
    expect([misfit.status, misfit.json['code']]).toEqual([400, 'invalid_body']);
  });

  test('is one of three at a time', async () => {
    const asked = await background.whileHeld(async () => {
      const three = [await askFor('exporter'), await askFor('exporter'), await askFor('exporter')];
      expect(three.map(({ status }) => status)).toEqual([201, 201, 201]);
      const refused = await askFor('exporter');
      expect([refused.status, refused.json['code']]).toEqual([429, 'too_many_exports']);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      return three;
    });
    for (const { json } of asked) expect(await background.ended('exporter', json['id'])).toMatchObject({ rows: 4 });
    expect(await exported('exporter')).toMatchObject({ status: 'completed' });
  });

  test('whose job comes three times is one good file', async () => {
    const { storage, newUser, run } = background;
    const { id, url, locator } = await newUser('twice');
    await run.alert(url, 'BTCUSDT buy');
    const { export_id, job } = await background.whileHeld(async () => {
      const { json } = await askFor(id);
      const job = { locator, export_id: json['id'] };
      await Promise.all([storage.sendTo('Exports', job), storage.sendTo('Exports', job)]);
      await sleep(500);
      return { export_id: json['id'], job };
    });
    const done = await background.ended(id, export_id);
    await expect.poll(() => filesOf(locator), { timeout: 10_000 }).toHaveLength(1);
    await storage.sendTo('Exports', job);
    await sleep(500);
    expect(await filesOf(locator)).toHaveLength(1);
    const again = await background.ended(id, export_id);
    expect({ ...again, url: null, url_expires_at: null }).toEqual({ ...done, url: null, url_expires_at: null });
    expect(await download(again['url'])).toMatchObject([{ message: 'BTCUSDT buy' }]);
  });

  const SMALL_CALLS = ['UpdateItem', 'Query', 'PutObject', 'UpdateItem'];
  const KINDS = ['refused', 'done and refused', 'answer lost'] as const;

  /** Its file is always written, but it never hears of it. */
  async function hopeless() {
    const { newUser, faults } = background;
    const { id, locator } = await newUser('hopeless');
    const matches = ({ operation, request }: AwsCall) => operation === 'PutObject' && request.path.includes(locator);
    const all: Fault[] = [1, 2, 3, 4].map(() => ({ kind: 'done and refused', matches }));
    for (const fault of all) faults.add(fault);
    expect(await exported(id)).toMatchObject({ status: 'failed', reason: 'error', url: null, rows: null });
    expect(all.filter((fault) => faults.has(fault))).toEqual([]);
    await expect.poll(() => filesOf(locator), { timeout: 10_000 }).toEqual([]);
  }

  test('ends with one good file whichever call goes wrong, and says so where one always does', async () => {
    const { run, newUser, faults } = background;
    const failing = hopeless();
    const cases = KINDS.flatMap((kind) => SMALL_CALLS.map((call, index) => ({ kind, call, n: index + 1 })));
    await Promise.all(
      cases.map(async ({ kind, call, n }, index) => {
        const what = `${kind} ${call} ${n}`;
        const { id, url, locator } = await newUser(`broken-${index}`);
        await run.alert(url, `BTCUSDT buy ${what}`);
        const fault = nthCall(locator, n, kind);
        faults.add(fault);
        const done = await exported(id);
        expect(faults.has(fault), what).toBe(false);
        expect(done, what).toMatchObject({ status: 'completed', rows: 1 });
        expect(await download(done['url']), what).toMatchObject([{ message: `BTCUSDT buy ${what}` }]);
        await expect.poll(() => filesOf(locator), { message: what, timeout: 10_000 }).toHaveLength(1);
      }),
    );
    await failing;
  }, 120_000);

  test('of many signals is written in parts, and begun anew where one of them fails', async () => {
    const { newUser, fill, faults } = background;
    const ids = await fill('many', MANY, (index) => `${index} ${'BTCUSDT buy, "long" '.repeat(300)}`);
    const user = await newUser('many');
    const fault: Fault = {
      kind: 'refused',
      matches: ({ operation, request }) => operation === 'UploadPart' && request.query.get('partNumber') === '2',
    };
    faults.add(fault);
    const done = await exported(user.id);
    expect(faults.has(fault)).toBe(false);
    expect(done).toMatchObject({ status: 'completed', rows: MANY });
    expect(Number(done['bytes'])).toBeGreaterThan(8 * 1024 * 1024);
    expect((await download(done['url'])).map(({ id }) => id)).toEqual(ids);
    expect(await filesOf(user.locator)).toHaveLength(1);
  }, 120_000);
});

describe('a deleted user', () => {
  const gone = (locator: string) => background.storage.items(locator).then((items) => items.length === 0);
  const GONE = { timeout: 100_000, interval: 200 };

  /** The eraser's nth call of an operation on what was a user's. */
  function nth(n: number, operation: string, locator: string): Fault['matches'] {
    let calls = 0;
    return (call) => {
      if (!isBy(call, 'Deletion') || call.operation !== operation || !call.request.body.includes(locator)) return false;
      calls += 1;
      return calls === n;
    };
  }

  async function everything(locator: string) {
    const { storage } = background;
    return [await storage.items(locator), await storage.objects(locator)];
  }

  test('is gone at once, and after a while nothing is left, whatever goes wrong on the way', async () => {
    const { run, storage, faults, erasures, newUser } = background;
    // Has signals and a file from the tests before.
    const [id, locator] = ['many', userLocator('many')];
    const token = await run.api('POST', `/api/users/${id}/webhook-token`);
    const webhook = String(token.json['webhook_url']);
    await run.alert(webhook, 'BTCUSDT buy');
    await run.alert(webhook, 'BTCUSDT buy');
    const [signal] = (await run.api('GET', `/api/users/${id}/signals`)).json['signals'] as { id: string }[];
    // Statistics leave summaries of their own.
    expect((await run.api('GET', `/api/users/${id}/stats`)).json).toMatchObject({ total_signals: MANY + 1 });
    const { json: anExport } = await askFor(id);
    await storage.putObjects(Array.from({ length: 1100 }, (_, index) => `images/${locator}/signal-${index}/1.png`));
    const other = await newUser('other');
    const { json: theirs } = await run.alert(other.url, 'ETHUSDT buy');
    await run.captured(String(theirs['signal_id']));
    await exported(other.id);
    const untouched = await everything(other.locator);

    const broken: Fault[] = [
      { kind: 'refused', matches: nth(20, 'BatchWriteItem', locator) },
      { kind: 'done and refused', matches: nth(1, 'DeleteObjects', locator) },
    ];
    for (const fault of broken) faults.add(fault);
    expect((await run.api('DELETE', `/api/users/${id}`)).status).toBe(204);
    const deletedAt = Date.now();

    for (const [method, path] of [
      ['GET', `/api/users/${id}`],
      ['DELETE', `/api/users/${id}`],
      ['GET', `/api/users/${id}/config`],
      ['GET', `/api/users/${id}/signals`],
      ['GET', `/api/users/${id}/stats`],
      ['GET', `/api/users/${id}/audit-logs`],
      ['POST', `/api/users/${id}/webhook-token`],
      ['POST', `/api/users/${id}/exports`],
      ['GET', `/api/users/${id}/exports/${anExport['id']}`],
      ['GET', `/api/signals?user_id=${id}`],
      ['GET', `/api/signals/${signal?.id}`],
      ['GET', `/api/signals/${signal?.id}/screenshot`],
      ['POST', `/api/signals/${signal?.id}/screenshot`],
    ] as const) {
      expect([path, (await run.api(method, path)).status]).toEqual([path, 404]);
    }
    const users = (await run.api('GET', '/api/users?limit=200')).json['users'] as { id: string }[];
    expect(users.map((user) => user.id)).not.toContain(id);
    expect((await run.alert(webhook, 'BTCUSDT sell')).json).toMatchObject({ code: 'webhook_not_found' });
    const taken = await run.api('POST', '/api/users', { body: { id, plan: 'free' } });
    expect([taken.status, taken.json['code']]).toEqual([409, 'user_being_deleted']);

    await expect.poll(() => gone(locator), GONE).toBe(true);
    expect(Date.now() - deletedAt).toBeGreaterThan(GRACE_SECONDS * 1000 - 100);
    expect(await everything(locator)).toEqual([[], []]);
    expect(broken.filter((fault) => faults.has(fault))).toEqual([]);
    expect(await everything(other.locator)).toEqual(untouched);
    // Their thousands of signals were not erased one by one.
    expect(erasures.get(locator)).toBe(1);
  }, 120_000);

  test('is gone with what was in progress at the deletion', async () => {
    const { run, storage, newUser } = background;
    const { id, url, locator } = await newUser('busy');
    await run.alert(url, 'BTCUSDT buy');
    await exported(id);
    expect((await run.api('DELETE', `/api/users/${id}`)).status).toBe(204);
    await expect.poll(() => storage.items(locator), GONE).toEqual(['user']);
    // Behind the first pass, as the alert's capture may.
    await storage.put([{ ...signalKey(locator, 'late') }, { ...exportKey(locator, 'late') }]);
    await storage.putObjects([`images/${locator}/late/1.png`, `exports/${locator}/late/1.csv`]);
    await expect.poll(() => gone(locator), GONE).toBe(true);
    expect(await everything(locator)).toEqual([[], []]);
  }, 120_000);

  test('makes room for a new one, whom a job that comes late does no harm', async () => {
    const { run, storage, newUser } = background;
    const { id, url, locator } = await newUser('many');
    expect((await run.api('GET', `/api/users/${id}/signals`)).json['signals']).toEqual([]);
    const { json } = await run.alert(url, 'BTCUSDT buy');
    await run.captured(String(json['signal_id']));
    await exported(id);
    const before = await everything(locator);
    await storage.sendTo('Deletion', { kind: 'user', locator, deleted_at: '2026-01-01T00:00:00.000Z' });
    await sleep(1500);
    expect(await everything(locator)).toEqual(before);
  });
});

describe('a run whose time is over', () => {
  /** The functions' own modules, with the operator's credentials. */
  async function modules() {
    const { aws, stackOutputs } = background.run.outputs;
    const buckets = await background.storage.buckets();
    vi.stubEnv('AWS_ENDPOINT_URL', aws.endpointUrl);
    vi.stubEnv('AWS_REGION', aws.region);
    vi.stubEnv('AWS_ACCESS_KEY_ID', aws.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', aws.secretAccessKey);
    vi.stubEnv('ALERTS_TABLE', String(stackOutputs['AlertsTable']));
    vi.stubEnv(
      'IMAGES_BUCKET',
      buckets.find((name) => name.includes('captures')),
    );
    vi.stubEnv(
      'EXPORTS_BUCKET',
      buckets.find((name) => name.includes('exports')),
    );
    vi.stubEnv('ERASE_QUEUE', await background.storage.queue('Deletion'));
    vi.stubEnv('GRACE_SECONDS', '0');
    vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
    const { erase } = await import('../../lambdas/erase/erase.ts');
    const { runExport } = await import('../../lambdas/export/run.ts');
    return { erase, runExport };
  }
  afterAll(() => vi.unstubAllEnvs());

  test('of an erasure ends after a page and leaves the rest to the next', async () => {
    const { storage, fill } = background;
    const { erase } = await modules();
    const locator = userLocator('never-was');
    const deleted_at = new Date().toISOString();
    await fill('never-was', 100, () => 'x');
    await storage.putObjects([`images/${locator}/a/1.png`]);
    await storage.put([{ pk: `U#${locator}`, sk: 'user', deleted_at }]);
    await erase({ kind: 'user', locator, deleted_at }, 0);
    // The first page held all items; the images and the tombstone are for the message that it sent.
    await expect.poll(() => storage.items(locator), { timeout: 60_000 }).toEqual([]);
    expect(await storage.objects(locator)).toEqual([]);
  }, 120_000);

  test('of an export ends it as too large, as one whose tries all crashed', async () => {
    const { runExport } = await modules();
    for (const [receives, deadline, reason] of [
      [1, 0, 'too_large'],
      [5, Date.now() + 60_000, 'crashed'],
    ] as const) {
      const export_id = await background.whileHeld(async () => {
        const { json } = await askFor('exporter');
        await runExport({ locator: userLocator('exporter'), export_id: String(json['id']) }, receives, deadline);
        return json['id'];
      });
      expect(await background.ended('exporter', export_id)).toMatchObject({ status: 'failed', reason });
    }
  }, 120_000);
});

test('the images of a deleted signal go, and those of others stay', async () => {
  const { run, storage, newUser } = background;
  const { url, locator } = await newUser('one-less');
  const ids: string[] = [];
  for (const body of ['BTCUSDT buy', 'BTCUSDT sell']) {
    const { json } = await run.alert(url, body);
    ids.push(String(json['signal_id']));
    await run.captured(String(json['signal_id']));
  }
  const [first = '', second = ''] = ids;
  expect((await run.api('DELETE', `/api/signals/${first}`)).status).toBe(204);
  const images = () => storage.objects(`images/${locator}/`);
  await expect.poll(images, { timeout: 20_000 }).toEqual([`images/${locator}/${second}/1.png`]);
  // A capture that was in progress comes to its end behind the first pass.
  await storage.putObjects([`images/${locator}/${first}/2.png`]);
  await expect.poll(images, { timeout: 30_000 }).toEqual([`images/${locator}/${second}/1.png`]);
}, 120_000);

test('every grant of exports and deletion was needed, and none was missing', () => {
  expect(background.run.problems).toEqual([]);
  expect(unneededGrants(background.run, 'exports and deletion')).toEqual([]);
});
