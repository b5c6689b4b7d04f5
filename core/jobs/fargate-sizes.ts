/**
 * The sizes that a task of Fargate can have.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
 */
export interface Size {
  /** 1024 units are a vCPU. */
  cpu: number;
  /** MiB. */
  memory: number;
}

const GIB = 1024;
const range = (from: number, to: number, step: number) =>
  Array.from({ length: (to - from) / step + 1 }, (_, index) => (from + index * step) * GIB);

/** From the smallest CPU and memory up. */
export const FARGATE_SIZES: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, GIB, 2 * GIB]],
  [512, range(1, 4, 1)],
  [1024, range(2, 8, 1)],
  [2048, range(4, 16, 1)],
  [4096, range(8, 30, 1)],
  [8192, range(16, 60, 4)],
  [16384, range(32, 120, 8)],
]);

export const SMALLEST: Size = { cpu: 256, memory: 512 };

export function isFargateSize({ cpu, memory }: Size): boolean {
  return FARGATE_SIZES.get(cpu)?.includes(memory) ?? false;
}
