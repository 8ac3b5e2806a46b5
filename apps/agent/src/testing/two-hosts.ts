import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Listening } from '@ferry/contracts';
import { DEFAULT_POLICY, type MigrationPlan, type MigrationPolicy, type VirtualMachineDefinition } from '@ferry/domain';
import { simulatorPath } from '@ferry/qmp/simulator';
import type { Attempt } from '../agent-services.ts';
import { startVirtualMachine } from '../deeds/start-virtual-machine.ts';
import { bringOnline } from '../phases/bring-online.ts';
import { createDestination } from '../phases/create-destination.ts';
import { redirectNetwork } from '../phases/redirect-network.ts';
import { retireSource } from '../phases/retire-source.ts';
import { transferConfiguration } from '../phases/transfer-configuration.ts';
import { transferMemory } from '../phases/transfer-memory.ts';
import { transferState } from '../phases/transfer-state.ts';
import { transferStorage } from '../phases/transfer-storage.ts';
import { hostUnderTest, type HostOptions, type HostUnderTest } from './host-under-test.ts';

/** As programs to run; both are spoken to in the same words. */
export const HYPERVISORS = { QEMU: 'qemu-system-x86_64', simulator: simulatorPath } as const;

/** Two hosts with shared storage and witness, and a VM without a guest on the first: its firmware is all that runs. */
export interface TwoHosts {
  a: HostUnderTest;
  b: HostUnderTest;
  vm: string;
  definition: VirtualMachineDefinition;
  /** The VM's disk, and its handles' folder. */
  image: string;
  handle: string;
  plan(change?: Partial<MigrationPolicy>): MigrationPlan;
  /** Ends what is left of the VM, and removes all files. */
  close(): Promise<void>;
}

/** An attempt that nobody calls off, and nobody watches. */
export const unwatched: Attempt = { signal: new AbortController().signal };

/**
 * @param there the hypervisor of the second, where it is another one
 * @param machine the VM's, where it is to be another one
 */
export async function twoHosts(
  qemu: string,
  there = qemu,
  machine = definition.machine,
  options: HostOptions = {},
): Promise<TwoHosts> {
  const folder = await mkdtemp(join(tmpdir(), 'ferry-agent-'));
  await mkdir(join(folder, 'pool'));
  await mkdir(join(folder, 'witness/handle'), { recursive: true });
  await writeFile(join(folder, 'pool/web.raw'), '');
  await truncate(join(folder, 'pool/web.raw'), 1024 ** 2);
  const a = await hostUnderTest(folder, 'host-a', qemu, options);
  const b = await hostUnderTest(folder, 'host-b', there, options);
  const started = { ...definition, machine };
  await startVirtualMachine(a, { definition: started, savedState: null });
  const hosts: TwoHosts = {
    a,
    b,
    vm: definition.id,
    definition: started,
    image: join(folder, 'pool/web.raw'),
    handle: join(folder, 'witness/handle/web'),
    plan: (change = {}) => ({
      migration: randomUUID(),
      vm: definition.id,
      source: 'host-a',
      destination: 'host-b',
      policy: { ...DEFAULT_POLICY, ...change },
      gate: 'open',
      revision: 1,
      epoch: 1,
    }),
    close: async () => {
      for (const host of [hosts.a, hosts.b]) {
        for (const vm of host.hypervisor.list()) await host.hypervisor.end(vm);
        await host.close();
      }
      // What was under way as an agent ended may still write its last word.
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return hosts;
}

/** The first phases, up to a destination that listens. */
export async function prepare({ a, b }: TwoHosts, plan: MigrationPlan): Promise<Listening> {
  const handed = await transferConfiguration(a, plan, {}, unwatched);
  return createDestination(b, plan, handed, unwatched);
}

/** Begins the armed phases, as the workflow does. Nobody is made to look at each of them. */
export function arm({ a, b }: TwoHosts, plan: MigrationPlan) {
  const armed = {
    state: transferState(a, plan, {}, unwatched),
    storage: transferStorage(b, plan, {}, unwatched),
    online: bringOnline(b, plan, {}, unwatched),
    network: redirectNetwork(b, plan, {}, unwatched),
    retired: retireSource(a, plan, {}, unwatched),
  };
  for (const phase of Object.values(armed)) phase.catch(() => undefined);
  return armed;
}

export function copyMemory({ a }: TwoHosts, plan: MigrationPlan, listening: Listening) {
  return transferMemory(a, plan, listening, unwatched);
}

/** The VM of two hosts. */
export const definition: VirtualMachineDefinition = {
  id: 'web',
  uuid: '6f9619ff-8b86-4d11-b42d-00cf4fc964ff',
  machine: { type: 'q35', options: { hpet: false } },
  cpu: { model: 'qemu64', count: 1 },
  memoryKiB: 16 * 1024 + 8,
  disks: [{ kind: 'image', id: 'root', image: 'web.raw', format: 'raw' }],
  networks: [{ id: 'lan', network: 'lan', mac: '52:54:00:00:00:01' }],
};
