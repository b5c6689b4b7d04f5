import chromium from '@sparticuz/chromium';
import { expect, it } from 'vitest';
import { launchFlags } from '../../../lambdas/browser/flags.ts';
import { reachOf } from '../../../lambdas/browser/reach.ts';

const reach = reachOf('https://www.tradingview.com', []);
const flags = launchFlags(chromium.args, reach, 'shared');

it('no flag lets pages share a process, skip the same-origin policy or mix in insecure content', () => {
  const proposed = chromium.args.filter((flag) => /single-process|web-security|insecure-content|isolation/.test(flag));
  expect(proposed).not.toEqual([]);
  expect(flags.filter((flag) => proposed.includes(flag))).toEqual([]);
  expect(flags.join(' ')).not.toMatch(/IsolateOrigins|site-per-process/);
});

it('names are resolved by the rules of the reach, past no proxy', () => {
  expect(flags).toContain(`--host-resolver-rules=${reach.resolverRules}`);
  expect(flags).toContain('--no-proxy-server');
});

it('a browser for each job has one process', () => {
  expect(flags).not.toContain('--single-process');
  expect(launchFlags(chromium.args, reach, 'per-job')).toContain('--single-process');
});
