import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { type Binary, chromiumBinary } from './binary.ts';
import { CaptureError } from './capture-error.ts';

/** Which browser captures are made with: the package's own where it runs, else one that is installed. */

/** Where installers put Chrome and Chromium. */
const INSTALLED: { readonly [Platform in NodeJS.Platform]?: readonly string[] } = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  linux: ['/usr/bin/google-chrome', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/snap/bin/chromium'],
};

/**
 * @param path of the browser to take; empty: whichever there is
 * @throws CaptureError `no_browser`
 */
export async function findBrowser(path: string): Promise<Binary> {
  const isPackagesOwn = path === '' && process.platform === 'linux' && process.arch === 'x64';
  if (isPackagesOwn) return chromiumBinary();
  const candidates = path === '' ? (INSTALLED[process.platform] ?? []) : [path];
  for (const executablePath of candidates) {
    if (await isExecutable(executablePath)) return { executablePath, environment: { LANG: 'en_US.UTF-8' } };
  }
  throw new CaptureError('no_browser', `There is no browser at ${candidates.join(' or ') || 'any place known'}`);
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
