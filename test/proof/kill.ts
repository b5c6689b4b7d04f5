import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstFreePort } from '../../local/ports.ts';
import { killAfterAlerts } from '../integration/kill.ts';

const ROUNDS = 20;
const LATEST_KILL_MS = 4000;

/** Kills the local run at points spread from the 200 to the end of its captures: every signal and image must be there. */
export default async function kill(): Promise<boolean> {
  const directory = await mkdtemp(join(tmpdir(), 'vigia-kill-'));
  const port = await firstFreePort();
  let lost = 0;
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const delayMs = Math.round((LATEST_KILL_MS * round) / ROUNDS);
      const { signals, seconds } = await killAfterAlerts(directory, port, [], round, delayMs);
      const whole = signals.every(({ status, generation }) => status === 'completed' && generation === '1.png');
      if (!whole) lost += 1;
      console.log(
        JSON.stringify({ round, killedAfterMs: delayMs, signals: signals.map(({ status }) => status), seconds }),
      );
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  console.log(JSON.stringify({ rounds: ROUNDS, lost }));
  return lost === 0;
}
