import { describe, expect, it } from 'vitest';
import { judge } from '../../../lambdas/notify/judge.ts';
import { SendFailure } from '../../../lambdas/notify/post.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');

function judged(status: number, headers: Record<string, string> = {}, text = '') {
  try {
    judge({ status, headers, text }, NOW);
    return 'taken';
  } catch (error) {
    if (!(error instanceof SendFailure)) throw error;
    const { reason, retryable, retryAfterSeconds } = error;
    return { reason, retryable, retryAfterSeconds };
  }
}

describe('a message', () => {
  it.each([200, 201, 202, 204, 299])('is taken by %i', (status) => expect(judged(status)).toBe('taken'));

  it.each([408, 425, 429, 500, 502, 503, 504])('is sent again after %i', (status) =>
    expect(judged(status)).toEqual({ reason: `status_${status}`, retryable: true, retryAfterSeconds: 0 }),
  );

  it.each([301, 302, 304, 307, 308, 400, 401, 403, 404, 405, 410, 413, 415, 422])('is given up at %i', (status) =>
    expect(judged(status)).toMatchObject({ reason: `status_${status}`, retryable: false }),
  );

  it.each([
    [{ 'retry-after': '7' }, '', 7],
    [{ 'retry-after': '0.4' }, '', 1],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:02:00 GMT' }, '', 120],
    [{ 'retry-after': 'Thu, 01 Jan 2025 00:00:00 GMT' }, '', 0],
    [{ 'retry-after': '999999' }, '', 600],
    [{ 'retry-after': 'soon' }, '', 0],
    [{}, '{"ok":false,"error_code":429,"parameters":{"retry_after":35}}', 35],
    [{}, '{"ok":false}', 0],
    [{}, '<html>', 0],
  ])('waits as %j %s asks', (headers, text, seconds) =>
    expect(judged(429, headers, text)).toMatchObject({ retryAfterSeconds: seconds }),
  );
});
