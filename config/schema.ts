import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { DENIED_COMMANDS, JOB_EXECUTABLES, missingInImage } from './jobs.ts';

/**
 * The configuration of one stage: `config/<stage>.json`, or any file given as `-c config=FILE` and
 * `npm start -- --config FILE`. Every field has a default, so that `{}` is a whole configuration; a field that is not
 * declared here is an error.
 */

export const PLAN_NAMES = ['premium', 'pro', 'basic', 'free'] as const;

/** A count that `null` leaves unbounded. A plan that allows nothing is no plan: a user's webhook can be disabled. */
const limit = z.int().min(1).nullable();

function planWith(signalsQuota: number | null, ratePerMinute: number, ratePerHour: number, captureConcurrency: number) {
  return z
    .strictObject({
      /** Alerts a calendar month (UTC). */
      signalsQuota: limit.default(signalsQuota),
      ratePerMinute: limit.default(ratePerMinute),
      ratePerHour: limit.default(ratePerHour),
      /** Invocations of the browser function at once for this plan's queue, each with up to three captures (AWS: 2 at least). */
      captureConcurrency: z.int().min(2).max(1000).default(captureConcurrency),
    })
    .prefault({});
}

const plans = z.strictObject({
  premium: planWith(null, 60, 1000, 10),
  pro: planWith(15_000, 60, 1000, 5),
  basic: planWith(5_000, 10, 100, 3),
  free: planWith(1_000, 10, 100, 2),
});

const retention = z.strictObject({
  /** As many as CloudWatch knows. */
  logsDays: z
    .literal([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653])
    .default(30),
  imagesDays: z.int().min(1).default(365),
  /** The audit log of calls to the webhook. */
  auditDays: z.int().min(1).default(90),
  /** Files that users asked for, and what is known of them. */
  exportsDays: z.int().min(1).default(7),
  /** Jobs, after their end. */
  jobsDays: z.int().min(1).default(30),
  /** Archived trades; null: for good. A market's archive goes on behind its newest file, which has to be there. */
  archiveDays: z.int().min(60).nullable().default(null),
});

const captures = z.strictObject({
  /** Built-in charts drawn at once. */
  chartConcurrency: z.int().min(2).max(1000).default(5),
  /** A capture that has not moved for so long, and whose job waits nowhere, is asked for again. */
  sweepAfterMinutes: z.int().min(5).max(1440).default(15),
  /** Where `tradingview` captures open charts. */
  tradingViewUrl: z.url().default('https://www.tradingview.com'),
  /** Hosts besides that one which a chart page may load from. */
  tradingViewAssetHosts: z.array(z.string()).default(['*.tradingview.com']),
  /** `per-job`: a browser for every capture, should the platform refuse a shared one. */
  browserMode: z.enum(['shared', 'per-job']).default('shared'),
  bybitRestUrl: z.url().default('https://api.bybit.com'),
  binanceRestUrl: z.url().default('https://data-api.binance.vision'),
});

/** Plain HTTP is for this machine alone. */
const safeAddress = z.url({ protocol: /^https?$/ }).refine(
  (text) => {
    const { protocol, hostname } = new URL(text);
    return protocol === 'https:' || ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  },
  { error: 'must be an https address' },
);

/** The JWTs of end users; without this they have no way in. */
const jwt = z
  .strictObject({
    /** `iss`, to the letter. */
    issuer: z.string().min(1),
    /** One of those in `aud`. */
    audience: z.string().min(1),
    /** Needed where other tokens are signed with the same keys: Supabase's public anon key is one. */
    role: z.string().min(1).optional(),
    /** Of a JWKS: RS256 and ES256. */
    jwksUri: safeAddress.optional(),
    /** Of a secret in Secrets Manager that holds the key of HS256; made by the owner, not by the deployment. */
    sharedSecretName: z
      .string()
      .regex(/^[A-Za-z0-9/_+=.@-]{1,512}$/)
      .optional(),
  })
  .refine(({ jwksUri, sharedSecretName }) => (jwksUri === undefined) !== (sharedSecretName === undefined), {
    error: 'takes either jwksUri or sharedSecretName, and one of them',
    when: ({ value }) => typeof value === 'object' && value !== null,
  });

const cors = z.strictObject({
  /** Of pages that may call the API from a browser: `https://app.example.com`, or `*` for all. */
  origins: z.array(z.union([z.literal('*'), z.string().regex(/^https?:\/\/[^/?#\s*]+$/)])).default([]),
});

const exports = z.strictObject({
  /** Files written at once (AWS: 2 at least). */
  concurrency: z.int().min(2).max(1000).default(5),
});

const collectors = z.strictObject({
  enabled: z.boolean().default(true),
  /** Those that the named collectors follow at first. */
  symbols: z.array(z.string().regex(/^[A-Z0-9]{2,20}$/)).default(['BTCUSDT', 'ETHUSDT', 'SOLUSDT']),
  /** Collectors at once. */
  maxRunning: z.int().min(1).max(100).default(10),
  /** Symbols of one collector. */
  maxSymbols: z.int().min(1).max(100).default(50),
  /** For how long trades are read from the table; for so long the archive may be out of order. */
  hotHours: z.int().min(2).max(720).default(48),
  /** A trade waits so long at most for others that are written with it. Dying at once, a collector loses those. */
  flushSeconds: z.int().min(1).max(60).default(5),
  /** WebSockets to an exchange at once: of two, one may be lost and nothing is missed. Two take twice the CPU. */
  connections: z.int().min(1).max(2).default(1),
  bybitWsUrl: z.url().default('wss://stream.bybit.com'),
  binanceWsUrl: z.url().default('wss://data-stream.binance.vision'),
});

/** Functions are told of them, in variables that have little room. */
const MOST_MISSING = 20;

/** A pattern of a command's words, joined by spaces. */
const pattern = z.string().refine(isPattern, { error: 'must be a regular expression' });

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

const jobs = z.strictObject({
  /** Jobs at once. */
  maxRunning: z.int().min(1).max(500).default(5),
  /** Names of executables; what the image does not hold is refused all the same. */
  allow: z
    .array(z.string().regex(/^[\w.+-]{1,100}$/))
    .refine((names) => missingInImage(names).length <= MOST_MISSING, {
      error: `has more than ${MOST_MISSING} names that the image of jobs does not hold`,
    })
    .default(JOB_EXECUTABLES),
  deny: z.array(pattern).default(DENIED_COMMANDS),
  /** What a run may print; beyond it the rest is dropped, and a line says so. */
  maxLogBytes: z
    .int()
    .min(1024)
    .max(10 * 1024 ** 3)
    .default(50 * 1024 ** 2),
});

const deletion = z.strictObject({
  /**
   * So long after a deletion whatever was in progress is over, and what it may have written is erased too. Longer than
   * any function but the exports' may run; a message can wait for a quarter of an hour.
   */
  graceSeconds: z.int().min(0).max(900).default(60),
  /** Deletions worked on at once (AWS: 2 at least). */
  concurrency: z.int().min(2).max(1000).default(5),
});

const alarms = z.strictObject({
  /** Who hears of alarms, once the address has been confirmed; without one they only show. */
  email: z.email().optional(),
});

const notifications = z.strictObject({
  /** Messages sent at once (AWS: 2 at least). */
  concurrency: z.int().min(2).max(1000).default(20),
  /** Seconds before each try but the first; half an hour in all. */
  retrySeconds: z.array(z.int().min(1).max(43_200)).default([10, 60, 180, 480, 1080]),
  telegramUrl: safeAddress.default('https://api.telegram.org'),
  discordUrl: safeAddress.default('https://discord.com'),
});

export const configSchema = z.strictObject({
  plans: plans.prefault({}),
  retention: retention.prefault({}),
  captures: captures.prefault({}),
  exports: exports.prefault({}),
  collectors: collectors.prefault({}),
  jobs: jobs.prefault({}),
  deletion: deletion.prefault({}),
  notifications: notifications.prefault({}),
  jwt: jwt.optional(),
  cors: cors.prefault({}),
  alarms: alarms.prefault({}),
});
export type Config = z.infer<typeof configSchema>;

/** Reads and checks a configuration file; an error names the file and every field that does not fit. */
export function readConfig(file: string): Config {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`Configuration ${file} can't be read: ${error instanceof Error ? error.message : error}`);
  }
  const result = configSchema.safeParse(content);
  if (!result.success) throw new Error(`Configuration ${file} is not valid:\n${z.prettifyError(result.error)}`);
  return result.data;
}
