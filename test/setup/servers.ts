import { bundleWorkflowCode } from '@temporalio/worker';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { provision } from '../../apps/lab/src/provision/provision.ts';
import { PostgresServer } from '../../apps/lab/src/servers/postgres-server.ts';
import { TemporalServer } from '../../apps/lab/src/servers/temporal-server.ts';
import './provided.ts';
import { runFolder } from './run-folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The servers that integration tests share: a real Temporal, a real Postgres. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { temporal: binary, postgres: binaries } = await provision({ root, say: console.log });
  const placesIn = (run: string) => ({ temporal: join(run, 'temporal'), postgres: join(run, 'postgres') });
  const folder = await runFolder(join(root, '.ferry', 'test-runs'), async (dead) => {
    const left = placesIn(dead);
    await Promise.all([TemporalServer.reap(left.temporal), PostgresServer.reap(left.postgres)]);
  });
  const places = placesIn(folder);

  const [temporal, postgres] = await Promise.all([
    TemporalServer.start({ binary, folder: places.temporal }),
    PostgresServer.start({ binaries, folder: places.postgres }),
    bundleWorkflows(join(folder, 'workflows.js')),
  ]);
  project.provide('temporalBinary', binary);
  project.provide('temporalAddress', temporal.address);
  project.provide('databaseUrl', postgres.url);
  project.provide('workflowBundle', join(folder, 'workflows.js'));
  return async () => {
    await Promise.all([temporal.stop(), postgres.stop()]);
    await rm(folder, { recursive: true, force: true });
  };
}

async function bundleWorkflows(path: string): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, 'workflows/src/index.ts'),
    webpackConfigHook: (config) => ({
      ...config,
      resolve: { ...config.resolve, conditionNames: ['@ferry/source', '...'] },
    }),
    logger: {
      log: () => undefined,
      trace: () => undefined,
      debug: () => undefined,
      info: () => undefined,
      warn: console.warn,
      error: console.error,
    },
  });
  await writeFile(path, code);
}
