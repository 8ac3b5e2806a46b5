import { defineConfig } from 'vitest/config';

// Libraries are read from their sources, so a test never runs against a stale build.
const conditions = ['@ferry/source', 'module', 'node', 'development|production'];
const shared = { resolve: { conditions }, ssr: { resolve: { conditions } } };

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
            'docker/**/*.test.ts',
            'test/structure/*.test.ts',
          ],
          exclude: ['**/*.integration.test.ts', '**/node_modules/**'],
        },
      },
    ],
  },
});
