import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextGroup } from '../../../../local/aws/sqs/fairness.ts';
import { bench } from './harness.ts';

describe('message groups', () => {
  test("a noisy group's backlog does not hold back a quiet one", async () => {
    const { queue, send, bodies } = await bench();
    const url = queue('jobs');
    for (let n = 0; n < 30; n++) await send(url, `noisy${n}`, { MessageGroupId: 'noisy' });
    expect(await bodies(url, { MaxNumberOfMessages: 3 })).toEqual(['noisy0', 'noisy1', 'noisy2']);
    await send(url, 'quiet', { MessageGroupId: 'quiet' });
    expect(await bodies(url)).toEqual(['quiet']);
    expect(await bodies(url)).toEqual(['noisy3']);
  });

  test('a batch spreads over the groups and is filled up by whoever has messages', async () => {
    const { queue, send, bodies } = await bench();
    const url = queue('jobs');
    for (const body of ['a1', 'a2', 'a3', 'b1', 'c1']) await send(url, body, { MessageGroupId: body.slice(0, 1) });
    expect(await bodies(url, { MaxNumberOfMessages: 3 })).toEqual(['a1', 'b1', 'c1']);
    expect(await bodies(url, { MaxNumberOfMessages: 3 })).toEqual(['a2', 'a3']);
  });

  test('messages without a group are each their own', async () => {
    const { queue, send, bodies } = await bench();
    const url = queue('jobs');
    for (const body of ['1', '2', '3']) await send(url, body);
    await send(url, 'g1', { MessageGroupId: 'g' });
    await send(url, 'g2', { MessageGroupId: 'g' });
    await send(url, '4');
    expect(await bodies(url, { MaxNumberOfMessages: 10 })).toEqual(['1', '2', '3', 'g1', '4', 'g2']);
  });

  test('the next one never has more in flight than another that waits', () => {
    const group = fc.record({
      id: fc.string({ minLength: 1 }),
      inFlight: fc.nat(5),
      visibleAt: fc.nat(5),
      seq: fc.nat(),
    });
    fc.assert(
      fc.property(fc.uniqueArray(group, { selector: ({ seq }) => seq, minLength: 1 }), (groups) => {
        const next = nextGroup(groups);
        const best = groups.toSorted((a, b) => a.inFlight - b.inFlight || a.visibleAt - b.visibleAt || a.seq - b.seq);
        expect(next).toEqual(best[0]);
      }),
    );
  });
});
