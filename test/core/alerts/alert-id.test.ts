import fc from 'fast-check';
import { expect, test } from 'vitest';
import { identifyAlert, signalId, signalTime } from '../../../core/alerts/alert-id.ts';

const times = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2100, 0) });

test('an id is a UUID that tells its time and sorts by it', () => {
  fc.assert(
    fc.property(times, times, fc.string(), (a, b, body) => {
      const alert = identifyAlert('locator', undefined, body);
      const id = signalId(a, alert);
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(signalTime(id)).toBe(a);
      if (a < b) expect(id < signalId(b, alert)).toBe(true);
    }),
  );
});

test('user, chart, body and time each make another id, and the same four the same', () => {
  const now = Date.UTC(2026, 10, 22);
  const ids = [
    signalId(now, identifyAlert('u', undefined, 'body')),
    signalId(now + 1, identifyAlert('u', undefined, 'body')),
    signalId(now, identifyAlert('v', undefined, 'body')),
    signalId(now, identifyAlert('u', 'chart', 'body')),
    signalId(now, identifyAlert('u', undefined, 'other')),
    // No part may run into the next one.
    signalId(now, identifyAlert('u', 'ab', 'c')),
    signalId(now, identifyAlert('u', 'a', 'bc')),
  ];
  expect(new Set(ids).size).toBe(ids.length);
  expect(signalId(now, identifyAlert('u', undefined, 'body'))).toBe(ids[0]);
});
