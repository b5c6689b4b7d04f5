import * as z from 'zod/mini';
import { type Answer, SendFailure } from './post.ts';

/** What a receiver's answer means. */

/** Of the 4xx those that pass: a slow request, one that came too early, too many of them. */
const PASSING = new Set([408, 425, 429]);

/** Nobody is waited for longer. */
const LONGEST_SECONDS = 600;

/** Telegram tells it in the body only. https://core.telegram.org/bots/api#responseparameters */
const telegramAnswer = z.object({ parameters: z.object({ retry_after: z.number() }) });

/** @throws SendFailure unless the message was taken; a redirect is one that can't pass */
export function judge({ status, headers, text }: Answer, now: number): void {
  if (status >= 200 && status < 300) return;
  throw new SendFailure(`status_${status}`, status >= 500 || PASSING.has(status), {
    retryAfterSeconds: Math.min(LONGEST_SECONDS, secondsOf(headers['retry-after'], now) ?? telegramSeconds(text) ?? 0),
  });
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function secondsOf(header: Answer['headers'][string], now: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  const seconds = /^\d+(\.\d+)?$/.test(header) ? Number(header) : (Date.parse(header) - now) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined;
}

function telegramSeconds(text: string): number | undefined {
  try {
    return telegramAnswer.safeParse(JSON.parse(text)).data?.parameters.retry_after;
  } catch {
    return undefined;
  }
}
