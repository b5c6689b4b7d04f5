/**
 * One warm browser per function instance, for as many jobs as it stays well.
 *
 *     job ─► asks it for its version ─► answers in time ─► a context of its own ─► job ─► context closed
 *              └─► does not, or has died: killed with its profile, a new one started
 *
 * After `MAX_JOBS` jobs, or when a context can't be closed, it takes no more jobs and is killed when its last one ends.
 * Killing is the only way it ends: its contexts hold nothing worth writing down, and a hanging browser would not listen.
 */

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import chromium from '@sparticuz/chromium';
import puppeteer, { type Browser, type BrowserContext, type CDPSession } from 'puppeteer-core';
import { findBrowser } from './chrome.ts';
import { launchFlags, REFUSED_DEFAULTS } from './flags.ts';
import { type Reach, reachOf } from './reach.ts';
import type { BrowserSettings } from './settings.ts';

/** Captures at once: a queue's batch. */
const MAX_CONTEXTS = 3;
/** What a browser loses of its memory over one hundred pages is not much; it must not become much. */
const MAX_JOBS = 100;
const LAUNCH_MS = 20_000;
const PING_MS = 3_000;
const CLOSE_MS = 3_000;
const PROFILE = 'vigia-browser-';

export interface WarmBrowser {
  readonly reach: Reach;
  /**
   * Runs `job` in a context of its own: no cookie, storage or cache is shared with another. At most three run at once,
   * more wait. Rejects as the job does, or when no browser can be started.
   */
  withContext<T>(job: (context: BrowserContext) => Promise<T>): Promise<T>;
  /** Kills the browser. A later job would start another. */
  close(): Promise<void>;
}

interface Running {
  browser: Browser;
  /** A session of the browser itself, to ask whether it is well (puppeteer's own `version()` answers from memory). */
  session: CDPSession;
  profile: string;
  jobs: number;
  active: number;
  retired: boolean;
}

/** Starts nothing yet: the first job does. Throws at settings that make no sense. */
export function createWarmBrowser(settings: BrowserSettings): WarmBrowser {
  const reach = reachOf(settings.tradingViewUrl, settings.assetHosts);
  const shared = settings.mode === 'shared';
  const slots = semaphore(shared ? MAX_CONTEXTS : 1);
  let current: Running | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  /** The browser for the next job; one caller at a time, so that never two are started. */
  const ready = (): Promise<Running> => {
    const mine = turn.then(async () => {
      if (current && !(await isWell(current))) await kill(current);
      else if (current) {
        if (!current.retired && current.jobs < (shared ? MAX_JOBS : 1)) return current;
        await retire(current);
      }
      current = await launch(reach, settings);
      return current;
    });
    turn = mine.catch(() => undefined);
    return mine;
  };

  const inContext = async <T>(running: Running, job: (context: BrowserContext) => Promise<T>): Promise<T> => {
    // With all in one process there is only the context that a browser starts with.
    if (!shared) return job(running.browser.defaultBrowserContext());
    const context = await running.browser.createBrowserContext({ downloadBehavior: { policy: 'deny' } });
    try {
      return await job(context);
    } finally {
      if (!(await within(CLOSE_MS, context.close()))) running.retired = true;
    }
  };

  return {
    reach,
    withContext: (job) =>
      slots(async () => {
        const running = await ready();
        running.jobs += 1;
        running.active += 1;
        try {
          return await inContext(running, job);
        } finally {
          running.active -= 1;
          if (running.retired || !shared) await retire(running);
        }
      }),
    close: async () => {
      await turn;
      if (current) await kill(current);
      current = undefined;
    },
  };
}

async function launch(reach: Reach, { mode, chromePath = '' }: BrowserSettings): Promise<Running> {
  const binary = await findBrowser(chromePath);
  await removeOrphanedProfiles();
  const profile = await mkdtemp(join(tmpdir(), `${PROFILE}${process.pid}-`));
  chromium.setGraphicsMode = false;
  try {
    const browser = await puppeteer.launch({
      executablePath: binary.executablePath,
      args: [
        ...launchFlags(chromium.args, reach, mode),
        ...(binary.pageLauncher === undefined ? [] : [`--renderer-cmd-prefix=${binary.pageLauncher}`]),
      ],
      ignoreDefaultArgs: REFUSED_DEFAULTS,
      // All that it writes lies in its profile, and goes with it.
      env: { ...binary.environment, HOME: profile, TMPDIR: profile },
      headless: 'shell',
      // The browser dies with this process, even of SIGKILL: its end of the pipe closes.
      pipe: true,
      userDataDir: profile,
      defaultViewport: null,
      timeout: LAUNCH_MS,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
    const session = await browser.target().createCDPSession();
    return { browser, session, profile, jobs: 0, active: 0, retired: false };
  } catch (error) {
    await rm(profile, { recursive: true, force: true });
    throw error;
  }
}

async function isWell(running: Running): Promise<boolean> {
  return running.browser.connected && (await within(PING_MS, running.session.send('Browser.getVersion')));
}

async function retire(running: Running): Promise<void> {
  running.retired = true;
  if (running.active === 0) await kill(running);
}

/** Ends the browser with all its processes and removes its profile. Never rejects. */
async function kill(running: Running): Promise<void> {
  running.retired = true;
  const child = running.browser.process();
  if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    try {
      // Its own process group, which puppeteer gives it.
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      child.kill('SIGKILL');
    }
    await within(CLOSE_MS, exited);
  }
  await rm(running.profile, { recursive: true, force: true, maxRetries: 3 });
}

/** Profiles of browsers whose owner was killed: nobody else removes them. */
async function removeOrphanedProfiles(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = new RegExp(`^${PROFILE}(\\d+)-`).exec(name)?.[1];
    if (owner !== undefined && !isAlive(Number(owner)))
      await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Whether a promise is kept within so many milliseconds. */
async function within(milliseconds: number, promise: Promise<unknown>): Promise<boolean> {
  const kept = promise.then(
    () => true,
    () => false,
  );
  const timer = new AbortController();
  const late = wait(milliseconds, false, { signal: timer.signal }).catch(() => false);
  try {
    return await Promise.race([kept, late]);
  } finally {
    timer.abort();
  }
}

/** Runs at most `size` tasks at once, the others in the order of their coming. */
function semaphore(size: number): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = size;
  return async (task) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
