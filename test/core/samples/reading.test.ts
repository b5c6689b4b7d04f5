import { expect, test } from 'vitest';
import { readStats } from '../../../core/samples/reading.ts';

/** Statistics as Fargate tells them (platform 1.4.0), and as cgroups of the second version have them. */

const FARGATE = {
  read: '2020-10-08T21:24:44.938937019Z',
  preread: '2020-10-08T21:24:34.938633969Z',
  pids_stats: {},
  blkio_stats: {
    io_service_bytes_recursive: [
      { major: 202, minor: 26368, op: 'Read', value: 638976 },
      { major: 202, minor: 26368, op: 'Write', value: 4096 },
      { major: 202, minor: 26368, op: 'Sync', value: 638976 },
      { major: 202, minor: 26368, op: 'Total', value: 643072 },
      { major: 253, minor: 1, op: 'Read', value: 24 },
    ],
    io_serviced_recursive: [],
  },
  cpu_stats: {
    cpu_usage: { total_usage: 1137691504, percpu_usage: [696479228, 441212276, 0] },
    system_cpu_usage: 9393210000000,
    online_cpus: 2,
  },
  memory_stats: {
    usage: 6504448,
    max_usage: 8458240,
    stats: { total_inactive_file: 504448 },
    limit: 9223372036854772000,
  },
  networks: {
    eth0: { rx_bytes: 1, tx_bytes: 2 },
    eth1: { rx_bytes: 564655295, rx_packets: 384960, tx_bytes: 3043269, tx_packets: 54355 },
  },
  network_rate_stats: { rx_bytes_per_sec: 0, tx_bytes_per_sec: 0 },
};

test('what Fargate tells is read', () => {
  expect(readStats(FARGATE)).toEqual({
    at: Date.parse('2020-10-08T21:24:44.938Z'),
    cpuNanoseconds: 1137691504,
    memoryBytes: 6_000_000,
    disk: { readBytes: 639000, writeBytes: 4096 },
    network: { rxBytes: 564655296, txBytes: 3043271 },
  });
});

test('what is not counted is left out, and what is no reading is none', () => {
  const bare = { ...FARGATE, networks: undefined, blkio_stats: { io_service_bytes_recursive: null } };
  expect(readStats(bare)).toMatchObject({ disk: undefined, network: undefined });
  const second = { usage: 100, stats: { inactive_file: 30, file: 70 } };
  expect(readStats({ ...FARGATE, memory_stats: second })).toMatchObject({ memoryBytes: 70 });
  for (const none of [null, {}, { ...FARGATE, memory_stats: {} }, 'no such task']) {
    expect(readStats(none)).toBeUndefined();
  }
});
