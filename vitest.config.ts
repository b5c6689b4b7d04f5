import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/assembly.ts',
    // Two cores: more workers than that only make the local runs of the integration tests slower.
    maxWorkers: 2,
    // As on Lambda.
    env: { TZ: 'UTC' },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
