import * as z from 'zod/mini';
import {
  CHANNELS,
  COLLECTOR_NAMES,
  type Collector,
  type CollectorReport,
  collectorName,
  collectorReportSchema,
  EXCHANGES,
  NAMED_COLLECTORS,
} from '../../core/collectors/collector.ts';
import { collectorRecords } from '../../core/collectors/collector-records.ts';
import { collectorSettings } from '../../core/collectors/collector-settings.ts';
import {
  type CollectorState,
  collectorShape,
  pidShape,
  presentCollector,
} from '../../core/collectors/collector-shape.ts';
import { collectors } from '../../core/collectors/collectors.ts';
import { ApiError } from '../../core/http/errors.ts';
import { saying } from '../../core/http/schema.ts';
import { TIMEFRAMES } from '../../core/market/candle.ts';
import { shownPid } from '../../core/tasks/record.ts';
import { NoFreePlace, type StoredTask } from '../../core/tasks/task-records.ts';
import { listCursor } from './list-cursor.ts';
import { requireListed } from './require-listed.ts';
import { type Route, route } from './route.ts';
import { listShape, page } from './shapes.ts';

/** Start, state and stop of collectors, under both of their paths. */

/** The second path is the same as the first. */
export const COLLECTOR_PATHS = [{ base: '/api/collectors' }, { base: '/collectors', twin: true }] as const;

const symbol = z.string().check(z.minLength(1), z.maxLength(40), z.toUpperCase());

const startBody = z
  .strictObject({
    /** Of a named collector; nothing else is given then. */
    name: z.optional(z.enum(COLLECTOR_NAMES)),
    timeframe: z.optional(z.enum(TIMEFRAMES)),
    symbol: z.optional(symbol),
    /** Several at once, in place of `symbol`. */
    symbols: z.optional(z.array(symbol).check(z.minLength(1), z.maxLength(1000))),
    /** `bybit` unless told otherwise. */
    exchange: z.optional(z.enum(EXCHANGES)),
    /** All of them unless told otherwise. */
    channels: z.optional(z.array(z.enum(CHANNELS)).check(z.minLength(1), z.maxLength(CHANNELS.length))),
  })
  .check(
    z.refine(
      ({ name, ...rest }) =>
        name === undefined
          ? rest.timeframe !== undefined && (rest.symbol === undefined) !== (rest.symbols === undefined)
          : Object.values(rest).every((value) => value === undefined),
      saying({
        es: 'lleva name, o bien timeframe con symbol o symbols',
        en: 'takes either name, or timeframe with symbol or symbols',
      }),
    ),
  );

const takenShape = z.strictObject({ message: z.string().check(z.describe('What was done.')), pid: pidShape });

const collectorWithStatisticsShape = z.extend(collectorShape, { statistics: collectorReportSchema.shape.statistics });

startBody.register(z.globalRegistry, { id: 'StartCollector', examples: [{ timeframe: '1m', symbol: 'ETHUSDT' }] });
collectorWithStatisticsShape.register(z.globalRegistry, { id: 'CollectorWithStatistics' });
const collectorsShape = listShape('collectors', collectorShape);

export const collectorRoutes: readonly Route[] = COLLECTOR_PATHS.flatMap(({ base, ...twin }) => [
  route({
    ...twin,
    method: 'POST',
    path: `${base}/start`,
    summary: 'Starts a collector: a named one, or one for symbols and a timeframe',
    needs: 'admin',
    body: startBody,
    success: { status: 200, body: takenShape },
    errors: [
      'collector_already_running',
      'collectors_disabled',
      'unknown_symbol',
      'too_many_symbols',
      'too_many_collectors',
    ],
    handle: async ({ body }) => start(body),
  }),
  route({
    ...twin,
    method: 'GET',
    path: `${base}/status`,
    summary: 'The collectors that run or should, checked against ECS; with `all` also the stopped ones',
    needs: 'read',
    query: z.strictObject({
      symbol: z.optional(symbol),
      timeframe: z.optional(z.enum(TIMEFRAMES)),
      all: z.optional(z.enum(['true', 'false'])),
      ...page,
    }),
    success: { status: 200, body: collectorsShape },
    errors: ['invalid_cursor'],
    handle: async ({ query: { limit, cursor, ...filters } }) => {
      const { before, after } = await listCursor(['collectors', filters], cursor);
      const now = Date.now();
      const found = (await collectors.checked(await collectorRecords.all(), now)).map((stored) =>
        presentCollector(stored, now),
      );
      // Times of one format are in order as text; of two that started at once the name decides.
      const position = ({ startedAt, name }: CollectorState) => `${startedAt} ${name}`;
      const newest = found
        .filter(({ status }) => filters.all === 'true' || status !== 'stopped')
        .filter(({ symbols }) => filters.symbol === undefined || symbols.includes(filters.symbol))
        .filter(({ timeframe }) => filters.timeframe === undefined || timeframe === filters.timeframe)
        .filter((one) => before === undefined || position(one) < before)
        .sort((a, b) => (position(a) < position(b) ? 1 : -1));
      const shown = newest.slice(0, limit);
      const last = shown.at(-1);
      return { collectors: shown, next_cursor: after(newest.length > limit && last ? position(last) : undefined) };
    },
  }),
  route({
    ...twin,
    method: 'GET',
    path: `${base}/status/{name}`,
    summary: 'One collector with its statistics',
    needs: 'read',
    success: { status: 200, body: collectorWithStatisticsShape },
    errors: ['unknown_collector'],
    handle: async ({ path }) => {
      const now = Date.now();
      const stored = (await collectors.checked(await collectorRecords.all(), now)).find(
        ({ name }) => name === path.name,
      );
      if (!stored) throw new ApiError('unknown_collector', { name: path.name });
      return { ...presentCollector(stored, now), statistics: stored.report?.statistics ?? [] };
    },
  }),
  route({
    ...twin,
    method: 'POST',
    path: `${base}/stop`,
    summary: 'Stops a collector, by the ARN of its task or its short id',
    needs: 'admin',
    body: z.strictObject({ pid: z.optional(z.nullable(z.string().check(z.maxLength(2000)))) }),
    success: { status: 200, body: takenShape },
    errors: ['pid_required', 'collector_not_found'],
    handle: async ({ body }) => {
      if (!body.pid) throw new ApiError('pid_required');
      return { message: 'Collector detenido exitosamente', pid: await stop(body.pid) };
    },
  }),
]);

async function start(body: z.output<typeof startBody>): Promise<z.output<typeof takenShape>> {
  const settings = collectorSettings();
  if (!settings.enabled) throw new ApiError('collectors_disabled');
  const { name, collector, message } = wantedCollector(body);
  if (collector.symbols) {
    if (collector.symbols.length > settings.maxSymbols) {
      throw new ApiError('too_many_symbols', { limit: settings.maxSymbols });
    }
    await requireListed(collector.exchange, collector.symbols);
  }
  const now = Date.now();
  const { stored, changed } = await collectorRecords.tell(name, { type: 'start' }, now, collector).catch((error) => {
    if (!(error instanceof NoFreePlace)) throw error;
    throw new ApiError('too_many_collectors', { limit: settings.maxRunning }, { 'retry-after': '60' });
  });
  if (!stored || !changed) throw new ApiError('collector_already_running', { pid: stored && shownPid(stored.task) });
  return { message, pid: await launched(stored, now) };
}

/** The task that ECS has taken; a start that it refuses is none, so that nothing runs of which its caller was not told. */
async function launched(stored: StoredTask<Collector, CollectorReport>, now: number): Promise<string> {
  const { name } = stored;
  const refuse = async (cause: unknown) => {
    await collectors.tell(name, { type: 'stop' }, Date.now());
    return new ApiError('unavailable', {}, { 'retry-after': '10' }, { cause });
  };
  const refused = await collectors.launchNow(stored, now).catch((error: unknown) => refuse(error));
  if (refused instanceof ApiError) throw refused;
  const { task } = (await collectorRecords.get(name)) ?? {};
  if (refused || task?.generation !== stored.task.generation || task.pid === null) throw await refuse(refused);
  return task.pid;
}

function wantedCollector({
  name,
  timeframe,
  symbol: one,
  symbols: several,
  exchange = 'bybit',
  channels,
}: z.output<typeof startBody>): { name: string; collector: Collector; message: string } {
  if (name !== undefined) {
    const named = NAMED_COLLECTORS[name];
    return { name, collector: { ...named, channels: [...named.channels] }, message: `Collector ${name} iniciado` };
  }
  const symbols = [...new Set(one === undefined ? several : [one])];
  const kept = timeframe ?? '1m';
  return {
    name: collectorName(exchange, kept, symbols),
    collector: { exchange, timeframe: kept, symbols, channels: [...new Set(channels ?? CHANNELS)] },
    message: `Collector iniciado para ${symbols.join(', ')} en timeframe ${kept}`,
  };
}

/** The pid of the collector that is stopped now. */
async function stop(asked: string): Promise<string> {
  const isAsked = (pid: string | null) => pid !== null && (pid === asked || pid.endsWith(`/${asked}`));
  const all = await collectorRecords.all();
  const stored = all.find(({ task }) => isAsked(shownPid(task)));
  if (stored?.task.wanted === 'running') {
    const { undone } = await collectors.tell(stored.name, { type: 'stop' }, Date.now());
    if (undone) throw undone.error;
    return asked;
  }
  const later = all.find(({ task }) => task.wanted === 'running' && task.past_pids.some(isAsked));
  throw new ApiError('collector_not_found', { pid: asked, ...(later && { current_pid: shownPid(later.task) }) });
}
