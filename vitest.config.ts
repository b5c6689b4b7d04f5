import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What runs the whole takes longest: begun last, it would leave the other workers nothing to do. */
class WholeRunsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const runsAll = ({ moduleId }: TestSpecification) => moduleId.includes('/test/integration/');
    return [...sorted.filter(runsAll), ...sorted.filter((file) => !runsAll(file))];
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/assembly.ts',
    // One more than the cores of the smallest machine: the tests of the whole wait about half of their time.
    maxWorkers: 3,
    sequence: { sequencer: WholeRunsFirst },
    // As on Lambda.
    env: { TZ: 'UTC' },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
