import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reachOf } from '../../../lambdas/browser/reach.ts';

const deployed = reachOf('https://www.tradingview.com', ['*.tradingview.com', 'cdn.example.org']);
const local = reachOf('http://127.0.0.1:8101', []);

describe('what a page may ask for', () => {
  it.each([
    'https://www.tradingview.com/chart/abc/',
    'https://static.tradingview.com/bundle.js',
    'https://data.tradingview.com/socket.io/',
    'https://cdn.example.org/font.woff2',
    'data:image/png;base64,AAAA',
    'blob:https://www.tradingview.com/0a1b',
    'about:blank',
  ])('%s', (address) => expect(deployed.allows(address, 'GET')).toBe(true));
});

describe('what a page may not ask for', () => {
  it.each([
    'http://www.tradingview.com/',
    'https://www.tradingview.com:8443/',
    'https://user:secret@www.tradingview.com/',
    'https://tradingview.com.evil.example/',
    'https://eviltradingview.com/',
    'https://evil.cdn.example.org/',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://10.0.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://2130706433/',
    'http://localhost/',
    'ftp://www.tradingview.com/',
    'file:///etc/passwd',
    'chrome://crash/',
    'javascript:alert(1)',
    'filesystem:https://www.tradingview.com/temporary/',
    '',
    'no address',
  ])('%s', (address) => expect(deployed.allows(address, 'GET')).toBe(false));

  it.each(['http://127.0.0.1:8102/', 'http://localhost:8101/', 'https://127.0.0.1:8101/', 'http://127.0.0.1/'])(
    'in the local run: %s',
    (address) => expect(local.allows(address, 'GET')).toBe(false),
  );

  it('no address at all outside the names that are allowed', () => {
    fc.assert(
      fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), (address) => {
        const { hostname } = new URL(address);
        fc.pre(!hostname.endsWith('tradingview.com') && hostname !== 'cdn.example.org');
        expect(deployed.allows(address, 'GET')).toBe(false);
        expect(local.allows(address, 'GET')).toBe(false);
      }),
    );
  });
});

describe('what would change a user’s chart is kept back', () => {
  it.each([
    ['POST', 'https://www.tradingview.com/savechart/', false],
    ['POST', 'https://www.tradingview.com/savesettings/', false],
    ['POST', 'https://charts-storage.tradingview.com/charts-storage/layout/abc/sources', false],
    ['PUT', 'https://charts-storage.tradingview.com/charts-storage/layout/abc/sources', false],
    ['DELETE', 'https://www.tradingview.com/api/v1/study-templates/1', false],
    ['POST', 'https://pine-facade.tradingview.com/pine-facade/translate/', true],
    ['GET', 'https://charts-storage.tradingview.com/charts-storage/get/layout/abc/sources', true],
  ])('%s %s: %s', (method, address, allowed) => expect(deployed.allows(address, method)).toBe(allowed));
});

describe('what names Chromium resolves', () => {
  it('deployed, the allowed ones only', () => {
    expect(deployed.resolverRules).toBe(
      'EXCLUDE www.tradingview.com, EXCLUDE *.tradingview.com, EXCLUDE cdn.example.org, MAP * ~NOTFOUND',
    );
  });

  it('in the local run one port, whatever port is asked for', () => {
    expect(local.resolverRules).toBe('MAP 127.0.0.1 127.0.0.1:8101, MAP * ~NOTFOUND');
  });
});

describe('a configuration that opens a way inside is refused', () => {
  it.each([
    'http://www.tradingview.com',
    'https://10.0.0.1',
    'https://169.254.169.254',
    'https://intranet',
    'file:///',
  ])('chart pages at %s', (url) => expect(() => reachOf(url, [])).toThrow(/Chart pages/));

  it.each([
    '*',
    '*.com:443',
    '*.*.com',
    'localhost',
    'db.internal',
    '127.0.0.1',
    '*.168.1.1',
    'a.b/c',
    'A.EXAMPLE',
    '',
  ])('asset host "%s"', (host) => expect(() => reachOf('https://www.tradingview.com', [host])).toThrow(/asset host/));
});
