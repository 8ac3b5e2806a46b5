import { defineConfig } from 'vitest/config';

// Libraries are read from their sources, so a test never runs against a stale build.
const conditions = ['@ferry/source', 'module', 'node', 'development|production'];
const shared = { resolve: { conditions }, ssr: { resolve: { conditions } } };
const nowhere = ['**/node_modules/**', '**/dist/**'];

export default defineConfig({
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: [
            '{libs,apps}/*/src/**/*.test.ts',
            'workflows/src/**/*.test.ts',
            '{docker,test/structure,test/replay}/**/*.test.ts',
          ],
          exclude: [...nowhere, '**/*.integration.test.ts'],
        },
      },
      {
        ...shared,
        test: {
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
          name: 'end-to-end',
          include: ['test/{end-to-end,peers,hardship}/**/*.test.ts'],
          exclude: [...nowhere, '**/*.integration.test.ts'],
          // Each has a lab of its own; two at once on two cores would measure each other.
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
