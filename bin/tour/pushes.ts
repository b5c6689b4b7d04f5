import { once } from 'node:events';
import { z } from 'zod';
import type { VigiaClient } from '../../client/index.ts';
import { good } from './answers.ts';

/** A dashboard that listens over the WebSocket while the tour goes on. */

/** Of collectors and jobs they are nobody's. */
const pushSchema = z.object({ type: z.string(), user_id: z.string().optional() });

/** What every tour is told of at least once. */
const EXPECTED = ['signal.created', 'signal.updated', 'screenshot.completed'];

export interface Dashboard {
  /** Prints what was heard of one user, and hangs up. Rejects where something was never told. */
  report(userId: string): void;
}

export async function openDashboard(vigia: VigiaClient, webSocketUrl: string): Promise<Dashboard> {
  const { ticket } = good('The ticket', await vigia.POST('/api/socket-tickets'));
  const heard: z.output<typeof pushSchema>[] = [];
  const socket = new WebSocket(`${webSocketUrl}?ticket=${ticket}`);
  socket.addEventListener('message', ({ data }) => heard.push(pushSchema.parse(JSON.parse(String(data)))));
  await once(socket, 'open');
  return {
    report: (userId) => {
      socket.close();
      const types = Map.groupBy(
        heard.filter(({ user_id }) => user_id === userId),
        ({ type }) => type,
      );
      for (const [type, pushes] of types) console.log(`  ${type}: ${pushes.length}`);
      const missing = EXPECTED.filter((type) => !types.has(type));
      if (missing.length > 0) throw new Error(`Nothing was heard of ${missing.join(', ')}`);
    },
  };
}
