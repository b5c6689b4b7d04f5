import * as z from 'zod/mini';
import { COLLECTOR_NAMES, EXCHANGES } from '../../core/collectors/collector.ts';
import { collectorRecords } from '../../core/collectors/collector-records.ts';
import { collectorSettings } from '../../core/collectors/collector-settings.ts';
import { presentCollector } from '../../core/collectors/collector-shape.ts';
import { changeSymbolList, symbolList } from '../../core/collectors/symbol-list.ts';
import { ApiError } from '../../core/http/errors.ts';
import { badField } from '../../core/http/schema.ts';
import { EVERYBODY } from '../../core/push/listener.ts';
import { pushLater } from '../../core/push/push-later.ts';
import { COLLECTOR_PATHS } from './collectors.ts';
import { requireListed } from './require-listed.ts';
import { type Route, route } from './route.ts';
import { listShape } from './shapes.ts';

/** The symbols that the named collectors follow. */

const symbol = z.string().check(z.minLength(1), z.maxLength(40), z.toUpperCase());
const symbolsShape = listShape('symbols', z.string());
const one = z.strictObject({ symbol: z.optional(symbol) });

export const collectorSymbolRoutes: readonly Route[] = COLLECTOR_PATHS.flatMap(({ base, ...twin }) => [
  route({
    ...twin,
    method: 'GET',
    path: `${base}/symbols`,
    summary: 'The symbols that the named collectors follow',
    needs: 'read',
    success: { status: 200, body: symbolsShape },
    handle: async () => answer(await symbolList(collectorSettings().symbols)),
  }),
  route({
    ...twin,
    method: 'POST',
    path: `${base}/symbols`,
    summary: 'Adds a symbol; collectors that run follow it within 10 s',
    needs: 'admin',
    query: one,
    body: one,
    success: { status: 201, body: symbolsShape },
    errors: ['unknown_symbol', 'too_many_symbols'],
    handle: async ({ query, body }) => {
      const added = body.symbol ?? query.symbol;
      if (added === undefined) throw badField('invalid_body', 'symbol', { es: 'es obligatorio', en: 'is required' });
      for (const exchange of EXCHANGES) await requireListed(exchange, [added]);
      const { maxSymbols } = collectorSettings();
      return answer(
        await change((symbols) => {
          if (symbols.includes(added)) return symbols;
          if (symbols.length >= maxSymbols) throw new ApiError('too_many_symbols', { limit: maxSymbols });
          return [...symbols, added];
        }),
      );
    },
  }),
  route({
    ...twin,
    method: 'DELETE',
    path: `${base}/symbols/{symbol}`,
    summary: 'Removes a symbol; collectors that run leave it within 10 s',
    needs: 'admin',
    success: { status: 204 },
    errors: ['symbol_not_followed'],
    handle: async ({ path }) => {
      const removed = path.symbol.toUpperCase();
      await change((symbols) => {
        if (!symbols.includes(removed)) throw new ApiError('symbol_not_followed', { symbol: removed, symbols });
        return symbols.filter((it) => it !== removed);
      });
      return { statusCode: 204 };
    },
  }),
]);

function answer(symbols: string[]) {
  return { symbols, next_cursor: null };
}

/** A collector that starts meanwhile reads the list itself: whoever has a record by now is told. */
async function change(rule: (symbols: string[]) => string[]): Promise<string[]> {
  const symbols = await changeSymbolList(collectorSettings().symbols, rule);
  await Promise.all(
    COLLECTOR_NAMES.map(async (name) => {
      await collectorRecords.signal(name);
      const stored = await collectorRecords.get(name);
      if (stored?.task.wanted !== 'running') return;
      const now = Date.now();
      // As its next heartbeat will tell.
      const shown = presentCollector({ ...stored, report: { symbols, statistics: [] } }, now);
      await pushLater(EVERYBODY, 'collector.changed', shown, now);
    }),
  );
  return symbols;
}
