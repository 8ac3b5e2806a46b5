import { mkdir, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VirtualMachineDefinition } from '@ferry/domain';
import { planFaults, runLogPath, simulatorPath } from '@ferry/qmp/simulator';
import { startVirtualMachine } from '../../deeds/start-virtual-machine.ts';
import { MachineFolder } from '../../hypervisor/qemu/machine-folder.ts';
import type { Role } from './mischief.ts';
import { MortalAgent } from './mortal-agent.ts';

/** Who plays which end. */
export type Cast = Readonly<Record<Role, MortalAgent>>;

/** Two hosts with agents that may die, and a VM at the first; the hypervisor is the simulator. */
export interface Stage {
  readonly folder: string;
  readonly agents: readonly [MortalAgent, MortalAgent];
  readonly definition: VirtualMachineDefinition;
  readonly imageLocks: boolean;
  readonly image: string;
  /** Which copies ran from when to when, as the simulator tells it. */
  readonly runLog: string;
  /** Sends a signal to a host's copy of the VM; none where there is no process. */
  signal(host: string, signal: NodeJS.Signals): Promise<void>;
  /** The witness's folder, away or there. */
  moveWitness(where: 'away' | 'back'): Promise<void>;
  close(): Promise<void>;
}

/** @throws whatever an agent or the VM fails to start with, when nothing of the stage is left */
export async function setStage(definition: VirtualMachineDefinition, imageLocks: boolean): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'ferry-handovers-'));
  const [pool, witness] = [join(folder, 'pool'), join(folder, 'witness')];
  await Promise.all([mkdir(pool), mkdir(join(witness, 'handle'), { recursive: true })]);
  const image = join(pool, 'web.raw');
  await writeFile(image, '');
  await truncate(image, 1024 ** 2);
  await writeFile(runLogPath(image), '');
  const [a, b] = [
    new MortalAgent(folder, 'host-a', simulatorPath, { imageLocks }),
    new MortalAgent(folder, 'host-b', simulatorPath, { imageLocks }),
  ];
  const signal = async (host: string, name: NodeJS.Signals) => {
    const found = await new MachineFolder(join(folder, host), definition.id).process();
    // It may end between the look and the signal.
    if (found) attemptKill(found.pid, name);
  };
  const stage: Stage = {
    folder,
    agents: [a, b],
    definition,
    imageLocks,
    image,
    runLog: runLogPath(image),
    signal,
    moveWitness: (where) =>
      where === 'away' ? rename(witness, `${witness}-away`) : rename(`${witness}-away`, witness),
    close: async () => {
      planFaults(image, { faults: [] });
      await Promise.all([a.end(), b.end()]);
      for (const host of ['host-a', 'host-b']) await signal(host, 'SIGKILL');
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  try {
    await Promise.all([a.begin(), b.begin()]);
    await a.ask((agent) => startVirtualMachine(agent, { definition, savedState: null }));
    return stage;
  } catch (error) {
    await stage.close();
    throw error;
  }
}

function attemptKill(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
