import { MIGRATION_QUEUE_ID } from '@ferry/contracts';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, inject } from 'vitest';
import '../setup/provided.ts';

export const HISTORIES = fileURLToPath(new URL('../histories', import.meta.url));

/** Keeps a workflow's history under the name of the test that made it, without the words that tell the machine. */
export async function recordHistory(address: string, workflowId: string): Promise<void> {
  const { stdout } = await promisify(execFile)(
    inject('temporalBinary'),
    ['workflow', 'show', '--address', address, '--workflow-id', workflowId, '--output', 'json'],
    { maxBuffer: 2 ** 26 },
  );
  const name = (expect.getState().currentTestName ?? '')
    .replaceAll(/[^a-z0-9]+/gi, '-')
    .slice(0, 60)
    .replace(/-$/, '')
    .toLowerCase();
  const text = JSON.stringify(JSON.parse(stdout), (key, value: unknown) =>
    MACHINES_WORDS.includes(key) ? undefined : value,
  );
  // Sticky queues are named after the process and the machine.
  const workflow = workflowId === MIGRATION_QUEUE_ID ? 'migration-queue' : 'live-migration';
  await writeFile(`${HISTORIES}/${workflow}.${name}.json`, `${text.replaceAll(/"\d+@[\w-]+/g, '"worker')}\n`);
}

const MACHINES_WORDS = ['identity', 'binaryChecksum', 'buildId', 'stackTrace'];
