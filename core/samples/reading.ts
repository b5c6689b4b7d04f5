import * as z from 'zod/mini';

/**
 * What the task metadata endpoint tells of a container's use, in Docker's format; counters since its start.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate.html
 */
export interface Reading {
  /** Epoch milliseconds. */
  at: number;
  cpuNanoseconds: number;
  memoryBytes: number;
  /** Undefined where nothing counts them. */
  disk: { readBytes: number; writeBytes: number } | undefined;
  network: { rxBytes: number; txBytes: number } | undefined;
}

const counts = z.record(z.string(), z.unknown());
const statsSchema = z.object({
  read: z.string(),
  cpu_stats: z.object({ cpu_usage: z.object({ total_usage: z.number() }) }),
  memory_stats: z.object({ usage: z.number(), stats: z.optional(z.nullable(counts)) }),
  blkio_stats: z.optional(
    z.nullable(
      z.object({
        io_service_bytes_recursive: z.optional(z.nullable(z.array(z.object({ op: z.string(), value: z.number() })))),
      }),
    ),
  ),
  networks: z.optional(z.nullable(z.record(z.string(), z.object({ rx_bytes: z.number(), tx_bytes: z.number() })))),
});

/** Undefined for what is no reading: a container tells nothing in its first second, nor when it has ended. */
export function readStats(answer: unknown): Reading | undefined {
  const { data } = statsSchema.safeParse(answer);
  if (!data) return undefined;
  const { read, cpu_stats, memory_stats, blkio_stats, networks } = data;
  const blocks = blkio_stats?.io_service_bytes_recursive;
  const interfaces = networks && Object.values(networks);
  return {
    at: Date.parse(read),
    cpuNanoseconds: cpu_stats.cpu_usage.total_usage,
    memoryBytes: Math.max(0, memory_stats.usage - reclaimable(memory_stats.stats ?? {})),
    disk: blocks ? { readBytes: ofKind(blocks, 'read'), writeBytes: ofKind(blocks, 'write') } : undefined,
    network: interfaces
      ? {
          rxBytes: interfaces.reduce((sum, { rx_bytes }) => sum + rx_bytes, 0),
          txBytes: interfaces.reduce((sum, { tx_bytes }) => sum + tx_bytes, 0),
        }
      : undefined,
  };
}

/** Files kept in memory that nobody has looked at lately, under its name in either version of cgroups; as `docker stats` has it. */
function reclaimable(stats: Record<string, unknown>): number {
  const bytes = stats['total_inactive_file'] ?? stats['inactive_file'];
  return typeof bytes === 'number' ? bytes : 0;
}

function ofKind(blocks: readonly { op: string; value: number }[], kind: string): number {
  return blocks.reduce((sum, { op, value }) => (op.toLowerCase() === kind ? sum + value : sum), 0);
}
