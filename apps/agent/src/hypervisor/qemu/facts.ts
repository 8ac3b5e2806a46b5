import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { QmpClient, QmpError } from '@ferry/qmp';
import type { HypervisorFacts } from '../port.ts';
import { MONITOR_SOCKET } from './command-line.ts';
import { neededCapabilities } from './migration-settings.ts';
import { QemuProcess } from './process.ts';

/** It is asked once: a busy host may take its time, and being wrong about it would cost every migration. */
const patienceMs = 30_000;

/** Asks a QEMU binary what it is and can, on a machine of its own without a guest. One start, about 0.2 s. */
export async function askFacts(qemu: string, accelerator: string, runDirectory: string): Promise<HypervisorFacts> {
  // The dot keeps it apart from the folders of VMs.
  const directory = await mkdtemp(join(runDirectory, '.facts-'));
  const command = [
    qemu,
    ...['-nodefaults', '-no-user-config'],
    ...['-display', 'none'],
    ...['-machine', 'none'],
    ...['-accel', accelerator],
    ...['-qmp', `unix:${MONITOR_SOCKET},server=on,wait=off`],
    '-S',
    // Only who waits for a guest is asked whether it could come by post-copy.
    ...['-incoming', 'defer'],
  ];
  const process = await QemuProcess.start(command, directory, null);
  try {
    const client = await QmpClient.connect({ directory, name: MONITOR_SOCKET, timeoutMs: patienceMs });
    const [version, machines, models, capabilities] = await Promise.all([
      client.execute('query-version', {}, { timeoutMs: patienceMs }),
      client.execute('query-machines', {}, { timeoutMs: patienceMs }),
      client.execute('query-cpu-definitions', {}, { timeoutMs: patienceMs }),
      client.execute('query-migrate-capabilities', {}, { timeoutMs: patienceMs }),
    ]);
    const postCopy = [{ capability: 'postcopy-ram', state: true }] as const;
    const postCopyObstacle = await client
      .execute('migrate-set-capabilities', { capabilities: [...postCopy] }, { timeoutMs: patienceMs })
      .then(() => null, refusalOf);
    client.close();
    const { major, minor, micro } = version.qemu;
    return {
      type: /simulator/i.test(version.package) ? 'simulator' : 'qemu',
      version: `${major}.${minor}.${micro}`,
      accelerator,
      machineTypes: new Set(machines.flatMap(({ name, alias }) => (alias === undefined ? [name] : [name, alias]))),
      lacks: neededCapabilities.filter((needed) => !capabilities.some(({ capability }) => capability === needed)),
      postCopyObstacle,
      cpuModels: new Map(models.map((model) => [model.name, model['unavailable-features'] ?? []])),
    };
  } finally {
    await process.end('at-once');
    await rm(directory, { recursive: true, force: true });
  }
}

function refusalOf(error: unknown): string {
  if (error instanceof QmpError) return error.message;
  throw error;
}
