import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import type { StreamMapping } from '../../../local/lambda/event-sources/mapping.ts';
import { deliver, type StreamRecord } from '../../../local/lambda/event-sources/stream-delivery.ts';
import type { Outcome } from '../../../local/lambda/types.ts';

const event = z.object({ Records: z.array(z.object({ id: z.string() })) });

function mapping(properties: Partial<StreamMapping>): StreamMapping {
  return {
    kind: 'stream',
    id: 'mapping',
    functionName: 'fn',
    sourceArn: 'arn',
    isEnabled: true,
    matches: () => true,
    reportsItemFailures: false,
    batchSize: 100,
    windowSeconds: 0,
    startingPosition: 'TRIM_HORIZON',
    bisects: false,
    onFailure: undefined,
    maximumRecordAgeSeconds: -1,
    maximumRetryAttempts: -1,
    parallelizationFactor: 1,
    ...properties,
  };
}

it('ends with every record handled or given up, in order, whatever fails and however it is reported', async () => {
  const kinds = fc.constantFrom('good', 'flaky', 'poison');
  const property = fc.asyncProperty(
    fc.array(kinds, { minLength: 1, maxLength: 12 }),
    fc.boolean(),
    fc.boolean(),
    fc.integer({ min: 0, max: 4 }),
    async (batch, bisects, reportsItemFailures, maximumRetryAttempts) => {
      const records = batch.map((_, index): StreamRecord => {
        const sequenceNumber = String(index);
        return { sequenceNumber, createdAt: 0, json: JSON.stringify({ id: sequenceNumber }) };
      });
      const failures = new Map<string, number>();
      const fails = (id: string): boolean => {
        const kind = batch[Number(id)];
        const before = failures.get(id) ?? 0;
        if (kind === 'good' || (kind === 'flaky' && before > 0)) return false;
        failures.set(id, before + 1);
        return true;
      };
      const handled: string[] = [];
      const discarded: string[] = [];
      const checkpoints: number[] = [];
      const invoke = async (text: string): Promise<Outcome> => {
        const ids = event.parse(JSON.parse(text)).Records.map((it) => it.id);
        const bad = ids.findIndex(fails);
        const outcome = { requestId: 'r', logTail: '' };
        if (bad < 0 || reportsItemFailures) handled.push(...ids.slice(0, bad < 0 ? ids.length : bad));
        if (bad >= 0 && !reportsItemFailures) return { ...outcome, payload: '{}', functionError: 'Unhandled' };
        const batchItemFailures = bad < 0 ? [] : [{ itemIdentifier: ids[bad] }];
        return { ...outcome, payload: JSON.stringify({ batchItemFailures }) };
      };
      await deliver(records, {
        mapping: mapping({ bisects, reportsItemFailures, maximumRetryAttempts }),
        invoke,
        done: (record) => checkpoints.push(Number(record.sequenceNumber)),
        discard: async (it) => void discarded.push(...it.records.map((record) => record.sequenceNumber)),
        backOff: async () => undefined,
      });
      const all = records.map((it) => it.sequenceNumber);
      expect([...handled, ...discarded].sort((one, other) => Number(one) - Number(other))).toEqual(all);
      expect(checkpoints).toEqual(checkpoints.toSorted((one, other) => one - other));
      expect(checkpoints.at(-1)).toBe(records.length - 1);
      // Bisecting finds the one record that fails; nothing else is given up.
      if (bisects && maximumRetryAttempts > 1) {
        expect(discarded).toEqual(all.filter((id) => batch[Number(id)] === 'poison'));
      }
    },
  );
  await fc.assert(property, { numRuns: 300 });
});
