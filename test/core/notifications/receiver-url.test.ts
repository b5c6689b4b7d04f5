import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDiscordWebhook, isReceiverUrl } from '../../../core/notifications/receiver-url.ts';

describe('where messages may be sent', () => {
  it.each([
    'https://hooks.example.com/in',
    'https://hooks.example.com:443/in?token=1#x',
    'https://HOOKS.example.com',
    'https://españa.example/',
  ])('%s', (url) => expect(isReceiverUrl(url, false)).toBe(true));
});

const REFUSED = [
  ...['', 'hooks.example.com', '//hooks.example.com', 'no address', 'https://', 'https:///x'],
  ...['http://hooks.example.com/', 'ftp://hooks.example.com/', 'file:///etc/passwd', 'data:text/plain,x'],
  ...[
    'javascript:alert(1)',
    'unix:/var/run/docker.sock',
    'wss://hooks.example.com/',
    'blob:https://hooks.example.com/1',
  ],
  ...['https://user@hooks.example.com/', 'https://user:secret@hooks.example.com/', 'https://:secret@hooks.example.com'],
  ...['https://hooks.example.com:8443/', 'https://hooks.example.com:80/', 'https://hooks.example.com:22/'],
  ...[
    'https://intranet/',
    'https://db.internal/',
    'https://printer.local/',
    'https://app.localhost/',
    'https://nas.lan',
  ],
  ...['https://hooks.example.com./', 'https://metadata.google.internal/', 'https://a_b.example/'],
  // Addresses, in whatever notation: a certificate is for a name.
  ...['https://8.8.8.8/', 'https://10.0.0.1/', 'https://192.168.1.1/', 'https://169.254.169.254/latest/meta-data/'],
  ...['https://2852039166/', 'https://0xa9fea9fe/', 'https://0251.0376.0251.0376/', 'https://169.254.43518/'],
  ...['https://[fd00:ec2::254]/', 'https://[fe80::1]/', 'https://[2606:4700::1111]/', 'https://[64:ff9b::7f00:1]/'],
  ...['https://１６９.254.169.254/', 'https://①69.254.169.254/', 'https://169。254。169。254/', 'https://0/'],
];
const LOOPBACK = [
  ...['https://127.0.0.1/', 'http://127.0.0.1:8080/', 'https://localhost/', 'http://localhost:3000/', 'https://[::1]/'],
  ...['https://2130706433/', 'https://0x7f000001/', 'https://0x7f.1/', 'https://0177.0.0.1/', 'https://017700000001/'],
  ...[
    'https://127.1/',
    'https://LOCALHOST/',
    'https://[0:0:0:0:0:0:0:1]/',
    'https://①②⑦.0.0.1/',
    'https://127.0.0.1./',
  ],
];
const LOOPBACK_ELSEWHERE = [
  ...['https://127.0.0.2/', 'https://[::ffff:127.0.0.1]/', 'https://[::ffff:7f00:1]/', 'https://localhost./'],
  ...['https://0.0.0.0/', 'https://[::]/', 'https://127.0.0.1.nip.io.localhost/'],
];

describe('where none is sent', () => {
  it.each([...REFUSED, ...LOOPBACK, ...LOOPBACK_ELSEWHERE])('%s', (url) =>
    expect(isReceiverUrl(url, false)).toBe(false),
  );

  it('no number, whatever its notation', () => {
    const notation = fc.constantFrom<(n: number) => string>(
      (n) => String(n),
      (n) => `0x${n.toString(16)}`,
      (n) => `0${n.toString(8)}`,
      (n) => `0X${n.toString(16).toUpperCase().padStart(12, '0')}`,
      (n) => `${n >>> 24}.${n & 0xffffff}`,
      (n) => `${n >>> 24}.${(n >>> 16) & 0xff}.${n & 0xffff}`,
      (n) => [24, 16, 8, 0].map((shift) => `0${((n >>> shift) & 0xff).toString(8)}`).join('.'),
      (n) => `[::ffff:${(n >>> 16).toString(16)}:${(n & 0xffff).toString(16)}]`,
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), notation, (n, write) => {
        expect(isReceiverUrl(`https://${write(n)}/`, false)).toBe(false);
      }),
    );
  });
});

describe('where this machine may be sent to, for who tries out a receiver', () => {
  it.each(LOOPBACK)('%s', (url) => expect(isReceiverUrl(url, true)).toBe(true));
  it.each([...REFUSED, ...LOOPBACK_ELSEWHERE])('still not %s', (url) => expect(isReceiverUrl(url, true)).toBe(false));
});

describe('the address of a Discord webhook', () => {
  it.each([
    'https://discord.com/api/webhooks/1234/aB-c_d',
    'https://discordapp.com/api/webhooks/1234/abc',
    'https://ptb.discord.com/api/v10/webhooks/1234/abc?thread_id=99',
  ])('%s', (url) => expect(isDiscordWebhook(url)).toBe(true));
});

describe('none', () => {
  it.each([
    'http://discord.com/api/webhooks/1234/abc',
    'https://discord.com.evil.example/api/webhooks/1234/abc',
    'https://evildiscord.com/api/webhooks/1234/abc',
    'https://discord.com@evil.example/api/webhooks/1234/abc',
    'https://evil.example/#https://discord.com/api/webhooks/1234/abc',
    'https://discord.com/api/webhooks/1234/abc/github',
    'https://discord.com/api/webhooks/../users/@me',
    'https://discord.com/api/webhooks/1234/abc?wait=false',
    'https://discord.com:8443/api/webhooks/1234/abc',
    'https://discord.com/',
    '',
  ])('%s', (url) => expect(isDiscordWebhook(url)).toBe(false));
});
