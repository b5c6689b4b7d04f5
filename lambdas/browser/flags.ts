import type { Reach } from './reach.ts';

/**
 * Flags that @sparticuz/chromium proposes and that are not taken. One process for all would let one page's crash end
 * the other captures, and one page read another's cookies; so would pages that share a process or skip the same-origin
 * policy. Shared array buffers only sharpen a hostile page's clock. `--headless` is puppeteer's to set.
 */
const REFUSED = [
  '--single-process',
  '--disable-web-security',
  '--allow-running-insecure-content',
  '--disable-site-isolation-trials',
  '--disable-features=',
  '--enable-features=',
  '--headless',
];

/** Flags of puppeteer's that let a page flood the browser with windows and navigations, and through it this process. */
export const REFUSED_DEFAULTS = ['--disable-ipc-flooding-protection', '--disable-popup-blocking'];

/** Chromium's command line: `proposed` as @sparticuz/chromium has it, less what is refused, and our own. */
export function launchFlags(proposed: readonly string[], reach: Reach, mode: 'shared' | 'per-job'): string[] {
  return [
    ...proposed.filter((flag) => !REFUSED.some((refused) => flag.startsWith(refused))),
    ...(mode === 'per-job' ? ['--single-process'] : []),
    '--disable-features=AudioServiceOutOfProcess',
    // There is no GPU to draw with, and drawing as if there were one takes twice the CPU.
    '--disable-gpu',
    '--disable-software-rasterizer',
    // With the C locale a page sees a language that `Intl` refuses: the chart stays blank, its ready flag true.
    '--accept-lang=en-US',
    // A proxy from the environment would resolve names in our stead.
    '--no-proxy-server',
    // WebRTC talks to addresses without resolving a name.
    '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
    `--host-resolver-rules=${reach.resolverRules}`,
  ];
}
