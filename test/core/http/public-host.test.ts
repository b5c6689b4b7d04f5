import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPublicAddress, isPublicName } from '../../../core/http/public-host.ts';

describe('an address of the public Internet', () => {
  it.each(['1.1.1.1', '8.8.8.8', '52.94.236.248', '172.15.255.255', '172.32.0.0', '2606:4700::1111', '2a00:1450::1'])(
    '%s',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );
});

describe('none', () => {
  it.each([
    // This machine.
    ...['127.0.0.1', '127.1.2.3', '127.255.255.255', '0.0.0.0', '::1', '::', '0:0:0:0:0:0:0:1'],
    // Its network, and the cloud's own services in it.
    ...['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.0.1', '100.64.0.1', '100.127.255.255'],
    ...['169.254.169.254', '169.254.170.2', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'fc00::1', 'fd00:ec2::254'],
    // IPv4 inside of IPv6: mapped, compatible, translated, 6to4, Teredo.
    ...['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::ffff:8.8.8.8', '::127.0.0.1', '::ffff:0:127.0.0.1'],
    ...['64:ff9b::127.0.0.1', '64:ff9b::7f00:1', '64:ff9b:1::a00:1', '2002:7f00:1::', '2002:a00:1::1', '2001::1'],
    // Nobody's, or everybody's.
    ...['224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255', 'ff02::1', 'ff0e::1', '100::1', '5f00::1'],
    ...['192.0.0.1', '192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '192.88.99.1', '2001:db8::1', '3fff::1'],
    // Not in the notation of a resolver.
    ...['', 'localhost', '2130706433', '0x7f000001', '0177.0.0.1', '127.1', '1.1.1.1 ', '[::1]', '1.1.1.1/8'],
  ])('%s', (address) => expect(isPublicAddress(address)).toBe(false));

  it('no IPv4 address in the notation of IPv6', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        for (const prefix of ['::ffff:', '::', '64:ff9b::']) expect(isPublicAddress(prefix + address)).toBe(false);
      }),
    );
  });

  it('nor one outside of 2000::/3', () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), ([first = 0, ...rest]) => {
        fc.pre(first >> 13 !== 1);
        const address = [first, ...rest].map((part) => part.toString(16)).join(':');
        expect(isPublicAddress(address)).toBe(false);
      }),
    );
  });
});

describe('a public name', () => {
  it.each(['example.com', 'a.b-c.example', 'xn--espaa-rta.es', '1.example.org'])('%s', (name) =>
    expect(isPublicName(name)).toBe(true),
  );
});

describe('no public name', () => {
  it.each(
    [
      ['localhost', 'intranet', 'com', '', '.', 'a..b', 'example.com.', '-a.example', 'a_b.example', '*.example.com'],
      ['db.internal', 'printer.local', 'router.lan', 'nas.home.arpa', 'app.localhost', 'metadata.google.internal'],
      ['127.0.0.1', '10.1', '2130706433', '0x7f.1', '[::1]', '::1', '1.2.3.4', 'example.1'],
    ].flat(),
  )('%s', (name) => expect(isPublicName(name)).toBe(false));
});
