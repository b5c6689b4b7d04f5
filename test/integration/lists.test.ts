import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestRun, type TestRun } from './local-run.ts';
import { operationsTable } from './operator.ts';

/** Lists over HTTP: a user's signals, found by filters, page by page, changed and deleted; what tasks used. */

interface Signal extends Record<string, unknown> {
  id: string;
}

let run: TestRun;
beforeAll(async () => {
  run = await startTestRun();
}, 120_000);
afterAll(() => run?.close());

async function newUser(id: string): Promise<string> {
  const fields = { id, plan: 'premium', rate_per_minute: null, rate_per_hour: null };
  const { status, json } = await run.api('POST', '/api/users', { body: fields });
  expect(status).toBe(201);
  return String(json['webhook_url']);
}

async function send(webhook: string, body: string): Promise<string> {
  const { status, json } = await run.alert(webhook, body);
  expect(status).toBe(200);
  return String(json['signal_id']);
}

async function page(userId: string, query: Record<string, string> = {}) {
  const { status, json } = await run.api('GET', `/api/users/${userId}/signals?${new URLSearchParams(query)}`);
  expect(status).toBe(200);
  return { signals: json['signals'] as Signal[], next: json['next_cursor'] as string | null };
}

async function ids(userId: string, query: Record<string, string> = {}): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const { signals, next } = await page(userId, { ...query, ...(cursor ? { cursor } : {}) });
    found.push(...signals.map(({ id }) => id));
    cursor = next;
  }
  return found;
}

const alertOf = (ticker: string, signal: string, indicator: string, timeframe: string) =>
  `Ticker: ${ticker}\nPrecio: 100.5\nSeñal: ${signal}\nIndicador: ${indicator}\nTimeframe: ${timeframe}`;

describe('filters', () => {
  const sent: string[] = [];
  let middle = '';
  beforeAll(async () => {
    const webhook = await newUser('filters');
    const alerts = [
      alertOf('BINANCE:BTCUSDT', 'Divergencia Alcista 🟢', 'ADX DEF [APIDEVS]', '15'),
      alertOf('BINANCE:ETHUSDT', 'Divergencia Bajista 🔴', '🐸 ADX DEF APIDEVS 👑', '60'),
      alertOf('BYBIT:BTCUSDT', 'Compra', 'RSI Pro', '15'),
      alertOf('BYBIT:ETHUSDT', 'Venta', 'RSI Pro', 'D'),
      'Nada que leer aquí, salvo la configuración',
    ];
    for (const [index, alert] of alerts.entries()) {
      if (index === 2) middle = new Date().toISOString();
      sent.push(await send(webhook, alert));
    }
    await run.api('PATCH', `/api/signals/${sent[0]}`, { body: { result: 'win', notes: 'Cerrada según el plan' } });
    await run.api('PATCH', `/api/signals/${sent[3]}`, { body: { result: 'loss' } });
    await Promise.all(sent.map((id) => run.captured(id)));
  }, 120_000);

  test.each<[Record<string, string>, number[]]>([
    [{}, [4, 3, 2, 1, 0]],
    [{ symbol: 'btcusdt' }, [2, 0]],
    [{ ticker: 'BYBIT:BTCUSDT' }, [2]],
    [{ exchange: 'binance' }, [1, 0]],
    [{ indicator: 'adx def apidevs' }, [1, 0]],
    [{ indicator: 'RSI PRO', timeframe: '1d' }, [3]],
    [{ signal_type: 'compra' }, [2]],
    [{ timeframe: '15' }, [2, 0]],
    [{ result: 'win' }, [0]],
    [{ result: 'pending' }, [4, 2, 1]],
    [{ result: 'pending', symbol: 'ETHUSDT' }, [1]],
    [{ screenshot_status: 'completed' }, [4, 3, 2, 1, 0]],
    [{ screenshot_status: 'pending' }, []],
    [{ q: 'DIVERGENCIA' }, [1, 0]],
    [{ q: 'configuracion' }, [4]],
    [{ q: 'según el PLAN' }, [0]],
    [{ q: 'rsi', exchange: 'BYBIT', result: 'loss' }, [3]],
    [{ from: 'MIDDLE' }, [4, 3, 2]],
    [{ to: 'MIDDLE' }, [1, 0]],
    [{ to: 'MIDDLE', symbol: 'BTCUSDT' }, [0]],
    [{ from: 'MIDDLE', indicator: 'rsi pro', q: 'venta' }, [3]],
    [{ from: '2001-01-01T00:00:00Z', to: '2001-01-02T00:00:00+01:00' }, []],
  ])('%j', async (query, expected) => {
    const written = Object.fromEntries(
      Object.entries(query).map(([name, value]) => [name, value === 'MIDDLE' ? middle : value]),
    );
    const wanted = expected.map((index) => sent[index]);
    expect(await ids('filters', written)).toEqual(wanted);
    expect(await ids('filters', { ...written, limit: '1' })).toEqual(wanted);
    const { json } = await run.api('GET', `/api/signals?${new URLSearchParams({ ...written, user_id: 'filters' })}`);
    expect((json['signals'] as Signal[]).map(({ id }) => id)).toEqual(wanted);
  });

  test('that mean nothing are refused, all of them named', async () => {
    const query = 'symbol=&result=lost&from=yesterday&q=%CC%81&indicator=%F0%9F%90%B8&limit=0&colour=red';
    const { status, json } = await run.api('GET', `/api/users/filters/signals?${query}`);
    expect([status, json['code']]).toEqual([400, 'invalid_parameter']);
    const paths = (json['fields'] as { path: string }[]).map(({ path }) => path);
    expect(paths.toSorted()).toEqual(['colour', 'from', 'indicator', 'limit', 'q', 'result', 'symbol']);
    const reversed = await run.api(
      'GET',
      '/api/users/filters/signals?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z',
      { headers: { 'accept-language': 'en' } },
    );
    expect(reversed).toMatchObject({ status: 400, json: { fields: [{ path: 'from', problem: 'is later than to' }] } });
  });
});

describe('cursors', () => {
  test('go through all signals once while new ones arrive, and belong to one user and one set of filters', async () => {
    const webhook = await newUser('cursors');
    await newUser('others');
    const sent: string[] = [];
    for (let index = 0; index < 7; index += 1) sent.unshift(await send(webhook, `BTCUSDT buy at ${index + 1}`));
    for (const query of [{}, { symbol: 'BTCUSDT' }, { q: 'buy' }]) {
      const first = await page('cursors', { ...query, limit: '3' });
      expect(first.signals.map(({ id }) => id)).toEqual(sent.slice(0, 3));
      const newer = await send(webhook, `BTCUSDT sell at ${sent.length}, buy later`);
      const rest = await ids('cursors', { ...query, limit: '2', cursor: String(first.next) });
      expect(rest).toEqual(sent.slice(3));
      sent.unshift(newer);
    }
    const { next } = await page('cursors', { symbol: 'BTCUSDT', limit: '3' });
    const cursor = String(next);
    const [position = '', signature = ''] = cursor.split('.');
    const refused = async (userId: string, query: Record<string, string>) => {
      const answer = await run.api('GET', `/api/users/${userId}/signals?${new URLSearchParams(query)}`);
      expect(answer).toMatchObject({ status: 400, json: { code: 'invalid_cursor' } });
    };
    await refused('cursors', { cursor });
    await refused('cursors', { cursor, symbol: 'ETHUSDT' });
    await refused('cursors', { cursor, symbol: 'BTCUSDT', result: 'pending' });
    await refused('others', { cursor, symbol: 'BTCUSDT' });
    await refused('cursors', { cursor: `${position}A.${signature}`, symbol: 'BTCUSDT' });
    await refused('cursors', { cursor: `${position}.${signature.slice(0, -1)}`, symbol: 'BTCUSDT' });
    expect((await page('cursors', { cursor, symbol: 'btcusdt', limit: '200' })).signals).toHaveLength(sent.length - 3);
  });

  test('cut a page whose messages would not fit into one answer', async () => {
    const webhook = await newUser('long');
    const sent: string[] = [];
    for (let index = 0; index < 16; index += 1) {
      sent.unshift(await send(webhook, String.fromCharCode(1 + (index % 8)).repeat(65_000) + index));
    }
    const first = await page('long', { limit: '200' });
    expect(first.signals.length).toBeLessThan(16);
    expect(first.signals[0]?.['message']).toHaveLength(65_002);
    expect(await ids('long', { limit: '200' })).toEqual(sent);
  });
});

describe('a change', () => {
  let id = '';
  const patch = (body: unknown, headers = {}) => run.api('PATCH', `/api/signals/${id}`, { body, headers });
  const stored = async () => (await run.api('GET', `/api/signals/${id}`)).json;
  beforeAll(async () => {
    id = await send(await newUser('changes'), alertOf('BINANCE:BTCUSDT', 'Compra', 'RSI Pro', '15'));
    await run.captured(id);
  }, 120_000);

  test('keeps decimals as they were written', async () => {
    const before = await stored();
    const answer = await patch(
      '{"result": "win", "entry_price": 123456789012345.12345678, "exit_price": "0.00000001", "profit_loss": 1e-8, "profit_loss_percent": 67890.50}',
    );
    const changed = {
      result: 'win',
      entry_price: '123456789012345.12345678',
      exit_price: '0.00000001',
      profit_loss: '0.00000001',
      profit_loss_percent: 67890.5,
    };
    const updated_at = expect.stringMatching(/Z$/);
    const { screenshot_url: _, ...rest } = before;
    expect(answer).toMatchObject({ status: 200, json: { ...rest, ...changed, updated_at } });
    expect(await stored()).toMatchObject({ ...rest, ...changed, updated_at });
    expect(String(answer.json['updated_at']) > String(before['updated_at'])).toBe(true);
  });

  test('of one field leaves the others, null clears, nothing changes nothing', async () => {
    const { json } = await patch({ notes: 'Según el plan', exit_price: null });
    expect(json).toMatchObject({ notes: 'Según el plan', exit_price: null, entry_price: '123456789012345.12345678' });
    expect((await patch('{"notes": "half \\ud83d"}')).json).toMatchObject({ notes: 'half \ufffd' });
    expect((await patch({ notes: null, result: 'skip' })).json).toMatchObject({ notes: null, result: 'skip' });
    const { screenshot_url: _, ...before } = await stored();
    expect(await patch({})).toMatchObject({ status: 200, json: before });
    expect(await ids('changes', { result: 'skip' })).toEqual([id]);
    expect(await ids('changes', { result: 'win' })).toEqual([]);
  });

  test('that does not fit is refused whole, every bad field named', async () => {
    const before = await stored();
    const { status, json } = await patch({
      result: 'lost',
      entry_price: 'a lot',
      exit_price: true,
      profit_loss: '1'.repeat(39),
      notes: 'x'.repeat(4001),
      price: '1',
    });
    expect([status, json['code']]).toEqual([400, 'invalid_body']);
    const paths = (json['fields'] as { path: string }[]).map(({ path }) => path);
    expect(paths.toSorted()).toEqual(['entry_price', 'exit_price', 'notes', 'price', 'profit_loss', 'result']);
    for (const body of ['[]', '"win"', 'null', '{"result": null}', '{"__proto__": {"notes": "x"}}']) {
      expect((await patch(body)).status).toBe(400);
    }
    expect(await stored()).toMatchObject({ notes: before['notes'], updated_at: before['updated_at'] });
  });

  test('of no signal is 404', async () => {
    const unknown = '0199a0b0-0000-8000-8000-000000000000';
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const body = method === 'PATCH' ? { body: { result: 'win' } } : {};
      for (const id of [unknown, 'x', 'x'.repeat(3000)]) {
        const { status, json } = await run.api(method, `/api/signals/${id}`, body);
        expect([status, json['code']]).toEqual([404, 'signal_not_found']);
      }
    }
  });
});

test('a deleted signal is gone for every reader at once', async () => {
  const webhook = await newUser('deletions');
  const deleted = await send(webhook, 'BINANCE:BTCUSDT buy at 67000');
  const kept = await send(webhook, 'BINANCE:BTCUSDT sell at 68000');
  await run.captured(deleted);
  const repeat = { headers: { 'idempotency-key': 'delete-once' } };
  expect((await run.api('DELETE', `/api/signals/${deleted}`, repeat)).status).toBe(204);
  for (const query of [{}, { symbol: 'BTCUSDT' }, { result: 'pending' }, { q: 'BTCUSDT' }]) {
    expect(await ids('deletions', query)).toEqual([kept]);
  }
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/screenshot'],
    ['POST', '/screenshot'],
    ['PATCH', ''],
    ['DELETE', ''],
  ] as const) {
    const body = method === 'PATCH' ? { body: { result: 'win' } } : {};
    expect((await run.api(method, `/api/signals/${deleted}${path}`, body)).status).toBe(404);
  }
  expect((await run.api('DELETE', `/api/signals/${deleted}`, repeat)).status).toBe(204);
  expect(await ids('deletions')).toEqual([kept]);
});

test('a repeat does not bring back a signal that was deleted', async () => {
  const webhook = await newUser('repeats');
  const id = await send(webhook, 'BINANCE:BTCUSDT buy at 67000');
  expect((await run.api('DELETE', `/api/signals/${id}`)).status).toBe(204);
  expect((await run.alert(webhook, 'BINANCE:BTCUSDT buy at 67000')).json).toMatchObject({
    signal_id: id,
    duplicate: true,
  });
  expect(await ids('repeats')).toEqual([]);
});

test('nothing was denied or went wrong behind', () => {
  expect(run.problems).toEqual([]);
});

describe('what tasks used', () => {
  const id = 'fedcba9876543210fedcba9876543210';
  const pid = `arn:aws:ecs:eu-west-1:000000000000:task/cluster/${id}`;
  const minute = Math.floor(Date.now() / 60_000) * 60_000;
  const times = [5, 4, 3, 2, 1].map((ago) => new Date(minute - ago * 60_000).toISOString());
  beforeAll(async () => {
    const { documents, TableName } = await operationsTable(run);
    const usage = {
      cpu: { percent: 1, max_percent: 2 },
      memory: { bytes: 3, max_bytes: 4 },
      disk: null,
      network: null,
    };
    const sample = {
      ...usage,
      seconds: 60,
      run: { seconds: 60, cpu_p95: 2, memory_peak: 4 },
      first: true,
      ended: true,
    };
    const given = {
      cpu: { ...usage.cpu, capacity_percent: 25 },
      memory: { ...usage.memory, capacity_bytes: 512 },
    };
    const fleet = { ...usage, ...given, collectors: 0, jobs: 1 };
    const task = { pid, kind: 'job', name: 'job_20260301_120000_abc123', cpu: 256, memory: 512 };
    const expires = Math.floor(minute / 1000) + 86_400;
    for (const sk of times) {
      await documents.send(new PutCommand({ TableName, Item: { pk: `USED#1m#${id}`, sk, task, sample, expires } }));
      await documents.send(new PutCommand({ TableName, Item: { pk: 'FLEET#1m', sk, usage: fleet, expires } }));
    }
    documents.destroy();
  });

  test.each(['/metrics/system/history?', `/metrics/process/${id}/history?`, `/metrics/process/history?pid=${pid}&`])(
    '%s page by page, each point once, newest first',
    async (path) => {
      const seen: string[] = [];
      let pages = 0;
      for (let cursor: unknown = ''; cursor !== null; pages += 1) {
        const more = cursor === '' ? '' : `&cursor=${cursor}`;
        const { status, json } = await run.api('GET', `${path}from=${times[0]}&to=${times[4]}&limit=2${more}`);
        expect(status).toBe(200);
        seen.push(...(json['points'] as { at: string }[]).map(({ at }) => at));
        cursor = json['next_cursor'];
      }
      expect([seen, pages]).toEqual([times.slice(0, 4).reverse(), 2]);
    },
  );

  test('a task is named by its whole ARN or by its id, and by nothing that merely ends so', async () => {
    const codeOf = async (named: string) => {
      const query = `pid=${encodeURIComponent(named)}`;
      const [last, history] = await Promise.all(
        ['', '/history'].map((of) => run.api('GET', `/metrics/process${of}?${query}`)),
      );
      return [last?.json['code'], history?.json['code']];
    };
    for (const named of [id, pid]) expect(await codeOf(named)).toEqual([undefined, undefined]);
    for (const named of [`garbage/${id}`, pid.replace('0000', '1111'), pid.replace('cluster', 'other'), `/${id}`]) {
      expect(await codeOf(named)).toEqual(['metrics_not_found', 'metrics_not_found']);
    }
    expect((await run.api('GET', `/metrics/process/${encodeURIComponent(`garbage/${id}`)}`)).status).toBe(404);
  });
});
