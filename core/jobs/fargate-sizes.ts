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

const ALL: readonly Size[] = [...FARGATE_SIZES].flatMap(([cpu, sizes]) => sizes.map((memory) => ({ cpu, memory })));

/** The smallest size with what is given of it; it is none of Fargate's where there is none with that. */
export function sizeWith({ cpu, memory }: { cpu?: number | undefined; memory?: number | undefined }): Size {
  const fits = (size: Size) => (cpu ?? size.cpu) === size.cpu && (memory ?? size.memory) === size.memory;
  return ALL.find(fits) ?? { cpu: cpu ?? SMALLEST.cpu, memory: memory ?? SMALLEST.memory };
}

export function isFargateSize({ cpu, memory }: Size): boolean {
  return FARGATE_SIZES.get(cpu)?.includes(memory) ?? false;
}
