import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks until there is an answer.
 * @throws where there is none in time
 */
export async function until<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined>,
  { seconds = 120, every = 0.5 } = {},
): Promise<Answer> {
  for (const end = Date.now() + seconds * 1000; ; await sleep(every * 1000)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`);
  }
}
