import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Answer, startTestRun, type TestRun } from './local-run.ts';

/** The door over HTTP: who is let in, how often, from where; what the audit log says of it. */

const batchSchema = z.object({ Entries: z.array(z.object({ MessageGroupId: z.string() })) });

let run: TestRun;
/** Capture jobs sent, by the locator of their user. */
const jobs = new Map<string, number>();

beforeAll(async () => {
  run = await startTestRun({
    intercept: async ({ service, operation, request }, next) => {
      if (service === 'sqs' && operation === 'SendMessageBatch') {
        for (const { MessageGroupId } of batchSchema.parse(JSON.parse(request.body.toString())).Entries) {
          jobs.set(MessageGroupId, (jobs.get(MessageGroupId) ?? 0) + 1);
        }
      }
      return next();
    },
  });
}, 120_000);
afterAll(() => run?.close());

async function newUser(fields: Record<string, unknown>) {
  const { status, json } = await run.api('POST', '/api/users', { body: fields });
  expect(status).toBe(201);
  return {
    id: String(json['id']),
    url: String(json['webhook_url']),
    locator: String(json['webhook_token']).slice(0, 22),
  };
}

const NO_LIMITS = { plan: 'premium', signals_quota: null, rate_per_minute: null, rate_per_hour: null };

async function audit(id: string, query = ''): Promise<Record<string, unknown>[]> {
  const { status, json } = await run.api('GET', `/api/users/${id}/audit-logs?limit=200${query}`);
  expect(status).toBe(200);
  return json['audit_logs'] as Record<string, unknown>[];
}

const outcomes = (entries: Record<string, unknown>[]) => entries.map(({ outcome }) => outcome);
const calls = (entries: Record<string, unknown>[], outcome: string) =>
  entries.filter((entry) => entry['outcome'] === outcome).reduce((sum, { count }) => sum + Number(count), 0);

/** All at once; what a busy machine answers with 503 is sent again, as TradingView does. */
async function crowd(url: string, bodies: string[]): Promise<{ answers: Answer[]; resent: number }> {
  let resent = 0;
  const deliver = async (body: string): Promise<Answer> => {
    const answer = await run.alert(url, body);
    if (answer.status !== 503) return answer;
    resent += 1;
    return deliver(body);
  };
  return { answers: await Promise.all(bodies.map(deliver)), resent };
}

describe('at once', () => {
  test('200 alerts at a quota of 50 are exactly 50 signals and 150 refusals, all in the audit log', async () => {
    const { id, url } = await newUser({ ...NO_LIMITS, id: 'quota-50', signals_quota: 50 });
    const bodies = Array.from({ length: 200 }, (_, index) => `BTCUSDT buy ${index}`);
    const { answers, resent } = await crowd(url, bodies);
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(50);
    expect(refused).toHaveLength(150);
    for (const { json, headers } of refused) {
      expect(json).toMatchObject({ code: 'quota_exceeded', limit: 50 });
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    const { json } = await run.api('GET', `/api/users/${id}/signals?limit=200`);
    expect(json).toMatchObject({ signals: Array(50).fill(expect.anything()), next_cursor: null });
    expect((await run.api('GET', `/api/users/${id}`)).json).toMatchObject({ signals_used: 50, signals_quota: 50 });
    const entries = await audit(id);
    expect(calls(entries, 'accepted')).toBe(50);
    expect(calls(entries, 'quota')).toBeGreaterThanOrEqual(150);
    expect(calls(entries, 'quota')).toBeLessThanOrEqual(150 + resent);
    // 20 a minute have a record; minutes may have turned in between.
    expect(entries.filter(({ source_address }) => source_address !== null).length).toBeLessThanOrEqual(50 + 60);
  }, 120_000);

  test('the same alert 100 times is one signal, one capture, one use of the quota, and 99 repeats', async () => {
    const { id, url, locator } = await newUser({ ...NO_LIMITS, id: 'hundred', signals_quota: 5 });
    const { answers, resent } = await crowd(url, Array(100).fill('BINANCE:BTCUSDT buy at 1'));
    expect([answers.filter(({ status }) => status === 200).length, resent]).toEqual([100, 0]);
    expect(answers.filter(({ json }) => json['duplicate'] === true)).toHaveLength(99);
    const ids = new Set(answers.map(({ json }) => json['signal_id']));
    expect(ids.size).toBe(1);
    await run.captured(String([...ids][0]));
    expect(jobs.get(locator)).toBe(1);
    const { json } = await run.api('GET', `/api/users/${id}/signals`);
    expect(json['signals']).toMatchObject([{ duplicates: 99, screenshot_status: 'completed' }]);
    expect((await run.api('GET', `/api/users/${id}`)).json).toMatchObject({ signals_used: 1 });
    const entries = await audit(id);
    expect([calls(entries, 'accepted'), calls(entries, 'duplicate')]).toEqual([1, 99]);
    expect(new Set(entries.filter(({ source_address }) => source_address).map(({ signal_id }) => signal_id))).toEqual(
      ids,
    );
  }, 120_000);
});

describe('rates', () => {
  test.each([
    ['rate_per_minute', 'minute'],
    ['rate_per_hour', 'hour'],
  ])('%s is counted by the clock and tells when to come back', async (name, per) => {
    const { id, url } = await newUser({ ...NO_LIMITS, id: name, [name]: 1 });
    // The clock's window may turn between two alerts, not between three.
    const answers = [await run.alert(url, 'a'), await run.alert(url, 'b'), await run.alert(url, 'c')];
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.json).toMatchObject({ code: 'rate_exceeded', per, limit: 1 });
    expect(Number(refused?.headers.get('retry-after'))).toBeLessThanOrEqual(per === 'minute' ? 60 : 3600);
    expect(outcomes(await audit(id, `&outcome=rate_${per}`))).toContain(`rate_${per}`);
  });
});

describe('a token', () => {
  const rotate = async (id: string, body?: object) => {
    const answer = await run.api('POST', `/api/users/${id}/webhook-token`, body === undefined ? {} : { body });
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.json).sort()).toEqual(['webhook_token', 'webhook_url']);
    return String(answer.json['webhook_url']);
  };

  test('that was rotated without grace is refused at the next call', async () => {
    const { id, url } = await newUser({ ...NO_LIMITS, id: 'rotated' });
    expect((await run.alert(url, 'a')).status).toBe(200);
    const renewed = await rotate(id);
    expect(renewed).not.toBe(url);
    expect((await run.alert(url, 'b')).status).toBe(404);
    expect((await run.alert(renewed, 'c')).status).toBe(200);
    expect(outcomes(await audit(id))).toEqual(['accepted', 'wrong_token', 'accepted']);
  });

  test('with grace works until then, or until the next rotation', async () => {
    const { id, url } = await newUser({ ...NO_LIMITS, id: 'graced' });
    const second = await rotate(id, { grace_seconds: 1 });
    expect((await run.alert(url, 'a')).status).toBe(200);
    expect((await run.alert(second, 'b')).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await run.alert(url, 'c')).status).toBe(404);
    const third = await rotate(id, { grace_seconds: 3600 });
    const fourth = await rotate(id, { grace_seconds: 3600 });
    expect((await run.alert(second, 'd')).status).toBe(404);
    expect((await run.alert(third, 'e')).status).toBe(200);
    expect((await run.alert(fourth, 'f')).status).toBe(200);
    const tooLong = await run.api('POST', `/api/users/${id}/webhook-token`, { body: { grace_seconds: 604_801 } });
    expect(tooLong.status).toBe(400);
    expect((await run.api('POST', '/api/users/nobody/webhook-token')).status).toBe(404);
  });
});

describe('an allowlist', () => {
  const config = (id: string, ip_allowlist: object) =>
    run.api('PATCH', `/api/users/${id}/config`, { body: { ip_allowlist } });

  test('refuses every other source at once, whatever X-Forwarded-For says, and uses no quota', async () => {
    const { id, url } = await newUser({ ...NO_LIMITS, id: 'listed' });
    expect((await run.alert(url, 'a')).status).toBe(200);
    const ip_allowlist = { enabled: true, ranges: ['52.89.214.238', '2001:db8::/32'] };
    expect((await config(id, ip_allowlist)).json).toMatchObject({ ip_allowlist });
    expect((await run.api('GET', `/api/users/${id}/config`)).json).toMatchObject({ ip_allowlist });
    const headers = { 'content-type': 'text/plain', 'x-forwarded-for': '52.89.214.238' };
    const refused = await fetch(url, { method: 'POST', body: 'b', headers });
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ code: 'address_not_allowed' });
    expect((await run.api('GET', `/api/users/${id}`)).json).toMatchObject({ signals_used: 1 });
    await config(id, { enabled: true, ranges: ['127.0.0.0/8'] });
    expect((await run.alert(url, 'c')).status).toBe(200);
    await config(id, { enabled: true, ranges: ['10.0.0.0/8'] });
    expect((await run.alert(url, 'd')).status).toBe(403);
    await config(id, { enabled: false, ranges: ['10.0.0.0/8'] });
    expect((await run.alert(url, 'e')).status).toBe(200);
    expect(outcomes(await audit(id))).toEqual(['accepted', 'address', 'accepted', 'address', 'accepted']);
  });

  test('names every range that is none', async () => {
    const { id } = await newUser({ ...NO_LIMITS, id: 'ranges' });
    const ranges = [
      '1.2.3.4',
      '1.2.3.4/33',
      '1.2.3',
      '::1/129',
      'localhost',
      '10.0.0.0/8',
      'fe80::1%eth0',
      ' ::1',
      '010.0.0.1',
    ];
    const answer = await config(id, { enabled: true, ranges });
    expect(answer.status).toBe(400);
    const problems = answer.json['fields'] as { path: string; problem: string }[];
    expect(problems.map(({ path }) => path)).toEqual([1, 2, 3, 4, 6, 7, 8].map((at) => `ip_allowlist.ranges.${at}`));
    expect(problems[0]?.problem).toBe('no es una dirección IPv4 o IPv6 ni un rango CIDR');
    const many = Array.from({ length: 101 }, (_, index) => `10.0.0.${index}`);
    for (const refused of [many, []]) {
      const { status, json } = await config(id, { enabled: true, ranges: refused });
      expect([status, (json['fields'] as { path: string }[])[0]?.path]).toEqual([400, 'ip_allowlist.ranges']);
    }
    expect((await config(id, { enabled: true, ranges: many.slice(1) })).status).toBe(200);
  });
});

describe('the audit log', () => {
  test('tells of every call what came of it, from where, how large and how fast, and never a token', async () => {
    const { id, url } = await newUser({ ...NO_LIMITS, id: 'audited', signals_quota: 2 });
    const wrong = url.slice(0, -2) + (url.endsWith('AA') ? 'BB' : 'AA');
    const first = await run.alert(url, 'BTCUSDT ñ');
    await run.alert(url, 'BTCUSDT ñ');
    await run.alert(wrong, 'BTCUSDT');
    expect((await run.alert(url, '')).status).toBe(422);
    expect((await run.alert(url, 'x'.repeat(65_537))).status).toBe(413);
    expect((await run.alert(wrong, '')).status).toBe(404);
    await run.alert(url, 'ETHUSDT');
    await run.alert(url, 'SOLUSDT');
    await run.api('PATCH', `/api/users/${id}`, { body: { webhook_enabled: false } });
    expect((await run.alert(url, 'XRPUSDT')).status).toBe(404);
    const entries = await audit(id);
    expect(entries.map(({ outcome, bytes, count }) => [outcome, bytes, count])).toEqual([
      ['disabled', 7, 1],
      ['quota', 7, 1],
      ['accepted', 7, 1],
      ['wrong_token', 0, 1],
      ['too_large', 65_537, 1],
      ['empty', 0, 1],
      ['wrong_token', 7, 1],
      ['duplicate', 10, 1],
      ['accepted', 10, 1],
    ]);
    for (const { source_address, duration_ms } of entries) {
      expect(source_address).toBe('127.0.0.1');
      expect(Number(duration_ms)).toBeGreaterThanOrEqual(0);
    }
    const signalId = first.json['signal_id'];
    expect(entries.at(-1)).toMatchObject({ id: signalId, signal_id: signalId });
    expect(entries.at(-2)).toMatchObject({ signal_id: signalId });
    expect(entries.at(-3)).toMatchObject({ signal_id: null });
    expect(JSON.stringify(entries)).not.toContain(url.slice(-43));
  });

  test('is paged and filtered over accepted and refused calls alike, in the order of time', async () => {
    const { id, url } = await newUser({ ...NO_LIMITS, id: 'paged' });
    const wrong = url.slice(0, -2) + (url.endsWith('AA') ? 'BB' : 'AA');
    const pattern = [1, 0, 0, 0, 1, 1, 0, 1, 1, 1, 0];
    for (const [index, accepted] of pattern.entries()) await run.alert(accepted ? url : wrong, `alert ${index}`);
    const whole = await audit(id);
    expect(outcomes(whole)).toEqual(pattern.map((accepted) => (accepted ? 'accepted' : 'wrong_token')).reverse());
    expect(whole.map(({ at }) => at)).toEqual(
      whole
        .map(({ at }) => at)
        .sort()
        .reverse(),
    );
    for (const filter of [
      '',
      '&outcome=accepted',
      '&outcome=wrong_token',
      `&from=${whole[8]?.['at']}&to=${whole[2]?.['at']}`,
    ]) {
      const paged: unknown[] = [];
      let cursor = '';
      do {
        const { json } = await run.api('GET', `/api/users/${id}/audit-logs?limit=2${filter}${cursor}`);
        paged.push(...(json['audit_logs'] as unknown[]));
        cursor = json['next_cursor'] === null ? '' : `&cursor=${json['next_cursor']}`;
      } while (cursor);
      expect(paged).toEqual(await audit(id, filter));
    }
    const within = await audit(id, `&from=${whole[8]?.['at']}&to=${whole[2]?.['at']}`);
    expect(within.map((entry) => entry['id'])).toEqual(whole.slice(3, 9).map((entry) => entry['id']));
    const { json } = await run.api('GET', `/api/users/${id}/audit-logs?limit=2`);
    const other = await run.api('GET', `/api/users/${id}/audit-logs?outcome=quota&cursor=${json['next_cursor']}`);
    expect(other.json).toMatchObject({ code: 'invalid_cursor' });
  });

  test('of nobody does not exist, and calls to nobody leave nothing', async () => {
    const ghost = `${run.outputs.apiUrl}/webhook/u/${'A'.repeat(65)}`;
    for (const body of ['BTCUSDT', '', 'x'.repeat(70_000)]) expect((await run.alert(ghost, body)).status).toBe(404);
    expect((await run.api('GET', '/api/users/nobody/audit-logs')).status).toBe(404);
  });
});

describe('users', () => {
  test('are listed page by page, newest first', async () => {
    for (const id of ['list-1', 'list-2', 'list-3']) await newUser({ id, plan: 'free' });
    const seen: unknown[] = [];
    let cursor = '';
    do {
      const { json } = await run.api('GET', `/api/users?limit=2${cursor}`);
      seen.push(...(json['users'] as { id: string }[]).map(({ id }) => id));
      cursor = json['next_cursor'] === null ? '' : `&cursor=${json['next_cursor']}`;
    } while (cursor);
    expect(seen.slice(0, 3)).toEqual(['list-3', 'list-2', 'list-1']);
    expect(seen.at(-1)).toBe('demo');
    expect(new Set(seen).size).toBe(seen.length);
    expect((await run.api('GET', '/api/users?cursor=x.y')).json).toMatchObject({ code: 'invalid_cursor' });
  });

  test('change in plan, limits and webhook; a limit goes back to the plan’s own', async () => {
    const { id, url } = await newUser({ id: 'changed', plan: 'free' });
    const patch = async (body: object) => (await run.api('PATCH', `/api/users/${id}`, { body })).json;
    expect(await patch({})).toMatchObject({ plan: 'free', signals_quota: 1000, rate_per_minute: 10 });
    expect(await patch({ plan: 'pro', signals_quota: null, rate_per_minute: 3 })).toMatchObject({
      ...{ plan: 'pro', signals_quota: null, rate_per_minute: 3, rate_per_hour: 1000 },
    });
    expect(await patch({ signals_quota: 'plan', rate_per_minute: 'plan', webhook_enabled: false })).toMatchObject({
      ...{ signals_quota: 15_000, rate_per_minute: 60, webhook_enabled: false },
    });
    expect((await run.alert(url, 'a')).status).toBe(404);
    expect(await patch({ webhook_enabled: true })).toMatchObject({ webhook_enabled: true });
    expect((await run.alert(url, 'b')).status).toBe(200);
    for (const body of [{ plan: 'gold' }, { signals_quota: -1 }, { rate_per_hour: 1.5 }, { id: 'x' }]) {
      expect(await patch(body)).toMatchObject({ code: 'invalid_body' });
    }
    expect((await run.api('PATCH', '/api/users/nobody', { body: { plan: 'free' } })).status).toBe(404);
    expect((await run.api('PATCH', '/api/users/nobody', { body: {} })).status).toBe(404);
  });
});

test('nothing was denied', () => {
  expect(run.problems).toEqual([]);
});
