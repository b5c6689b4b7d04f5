import * as z from 'zod/mini';
import { environment } from '../aws/environment.ts';

const settingsSchema = z.object({
  enabled: z.boolean(),
  symbols: z.array(z.string()),
  maxRunning: z.int(),
  maxSymbols: z.int(),
});

/** What the deployment's configuration says of collectors. */
export function collectorSettings(): z.output<typeof settingsSchema> {
  return settingsSchema.parse(JSON.parse(environment('COLLECTORS')));
}
