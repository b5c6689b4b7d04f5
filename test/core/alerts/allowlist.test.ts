import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isListed, isRange, revisionOf } from '../../../core/alerts/allowlist.ts';

test.each([
  ['52.89.214.238', '52.89.214.238', true],
  ['52.89.214.238', '52.89.214.239', false],
  ['52.89.214.238/32', '52.89.214.238', true],
  ['10.1.2.3/8', '10.200.0.1', true],
  ['10.0.0.0/8', '11.0.0.1', false],
  ['0.0.0.0/0', '8.8.8.8', true],
  ['0.0.0.0/0', '2001:db8::1', false],
  ['::/0', '2001:db8::1', true],
  ['2001:db8::/32', '2001:DB8:1::1', true],
  ['2001:db8::/32', '2001:db9::1', false],
  ['2001:db8::1', '2001:0db8:0:0:0:0:0:1', true],
  ['10.0.0.0/8', '::ffff:10.0.0.1', true],
  ['::ffff:10.0.0.0/104', '10.0.0.1', true],
  ['10.0.0.0/8', 'not an address', false],
  ['10.0.0.0/8', '', false],
])('%s holds %s: %j', (range, address, listed) => {
  expect(isRange(range)).toBe(true);
  expect(isListed(['192.0.2.1', range], address)).toBe(listed);
});

test.each([
  '',
  ' 10.0.0.1',
  '10.0.0.1/',
  '10.0.0.1/33',
  '10.0.0.1/-1',
  '10.0.0.1/8/8',
  '::/129',
  'fe80::1%eth0',
  '10.0',
  '010.0.0.1',
  'a',
])('%j is no range', (text) => {
  expect(isRange(text)).toBe(false);
});

test('an IPv4 range holds the addresses that share its first bits, and no others', () => {
  const number = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  const dotted = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
  const near = fc.tuple(number, fc.nat(32)).chain(([base, prefix]) =>
    fc.record({
      base: fc.constant(base),
      prefix: fc.constant(prefix),
      address: fc.oneof(
        number,
        fc.nat(31).map((bit) => (base ^ (1 << bit)) >>> 0),
      ),
    }),
  );
  fc.assert(
    fc.property(near, ({ base, prefix, address }) => {
      const same = prefix === 0 || base >>> (32 - prefix) === address >>> (32 - prefix);
      expect(isListed([`${dotted(base)}/${prefix}`], dotted(address))).toBe(same);
    }),
  );
});

test('another list is another revision; none where it is switched off', () => {
  const revision = revisionOf({ enabled: true, ranges: ['10.0.0.0/8'] });
  expect(revision).toMatch(/^[\w-]{22}$/);
  expect(revisionOf({ enabled: true, ranges: ['10.0.0.0/9'] })).not.toBe(revision);
  expect(revisionOf({ enabled: false, ranges: ['10.0.0.0/8'] })).toBeUndefined();
});
