import { defineConfig } from 'vitest/config';

// Libraries are read from their sources, so a test never runs against a stale build.
const conditions = ['@ferry/source', 'module', 'node', 'development|production'];
const shared = { resolve: { conditions }, ssr: { resolve: { conditions } } };
// Most of what these wait for is an event, and not a processor.
const together = { maxWorkers: 3, sequence: { groupOrder: 0 } };
// What is waited for is an event, on a machine that is busy with other tests as well.
const expectations = { poll: { timeout: 10_000 } };
const nowhere = ['**/node_modules/**', '**/dist/**'];

export default defineConfig({
  test: {
    projects: [
      {
        ...shared,
        test: {
          ...together,
          expect: expectations,
          name: 'unit',
          // Loading all that they import anew for each file would be a quarter of the work.
          isolate: false,
          include: [
            '{libs,apps}/*/src/**/*.test.ts',
            'workflows/src/**/*.test.ts',
            '{docker,test/structure,test/replay}/**/*.test.ts',
          ],
          exclude: [...nowhere, '**/*.integration.test.ts'],
          // Some start processes, and wait for a processor.
          testTimeout: 30_000,
        },
      },
      {
        ...shared,
        test: {
          ...together,
          expect: expectations,
          name: 'integration',
          include: ['{libs,apps,test}/**/*.integration.test.ts'],
          exclude: nowhere,
          globalSetup: 'test/setup/servers.ts',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...shared,
        test: {
          expect: expectations,
          name: 'end-to-end',
          include: ['test/{end-to-end,peers,hardship}/**/*.test.ts'],
          exclude: [...nowhere, '**/*.integration.test.ts'],
          globalSetup: 'test/setup/shared-labs-down.ts',
          // Most use a lab one after the other, which their one process has brought up; two at once on two cores would
          // measure each other.
          maxWorkers: 1,
          isolate: false,
          sequence: { groupOrder: 1 },
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
