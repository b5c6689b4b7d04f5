import { unmarshall } from '@aws-sdk/util-dynamodb';
import { z } from 'zod';
import type { Invocation } from '../../../local/lambda/types.ts';

/** What the alerts table's stream told of captures: each end once, however often the relay was handed it. */

const image = z.record(z.string(), z.any()).transform((attributes) => unmarshall(attributes));
const record = z.looseObject({
  eventID: z.string(),
  dynamodb: z.looseObject({ OldImage: image.optional(), NewImage: image.optional() }),
});
const event = z.object({ Records: z.array(record) });
const signal = z.looseObject({ id: z.string(), generation: z.number(), screenshot_status: z.string() });

export interface CaptureEnd {
  generation: number;
  status: 'completed' | 'failed';
}

export class CaptureEnds {
  readonly #seen = new Set<string>();
  readonly #bySignal = new Map<string, CaptureEnd[]>();

  of(signalId: string): readonly CaptureEnd[] {
    return this.#bySignal.get(signalId) ?? [];
  }

  readonly take = ({ event: text }: Pick<Invocation, 'event'>): void => {
    const records = event.safeParse(JSON.parse(text)).data?.Records ?? [];
    for (const { eventID, dynamodb } of records) {
      if (this.#seen.has(eventID)) continue;
      this.#seen.add(eventID);
      const before = signal.safeParse(dynamodb.OldImage).data;
      const after = signal.safeParse(dynamodb.NewImage).data;
      const status = after && endOf(after);
      if (!after || !status || (before?.generation === after.generation && endOf(before) === status)) continue;
      this.#bySignal.set(after.id, [...this.of(after.id), { generation: after.generation, status }]);
    }
  };
}

function endOf({ screenshot_status }: z.output<typeof signal>): CaptureEnd['status'] | undefined {
  return screenshot_status === 'completed' || screenshot_status === 'failed' ? screenshot_status : undefined;
}
