import type { MigrationEvent } from '@ferry/domain';
import type { EntityManager } from 'typeorm';
import { lockVirtualMachines } from './observe-host.ts';
import { virtualMachineSchema } from './virtual-machine-schema.ts';

type Decided = Extract<MigrationEvent, { type: 'decided' }>;

/**
 * A migration settled who owns the guest: it is there from now on. Without this the VM would seem stopped from when
 * the source's agent no longer reports it until the destination's first report.
 */
export async function settleOwner(manager: EntityManager, { vm, owner, generation, at }: Decided): Promise<void> {
  const known = (await lockVirtualMachines(manager, [vm])).get(vm);
  if (known === undefined || known.generation >= generation) return;
  // Its host's next report says it better.
  const status = known.status === 'paused' ? 'paused' : 'running';
  const settled = { ...known, owner, generation, host: owner, status, reportedAt: at } as const;
  await manager.upsert(virtualMachineSchema, settled, ['id']);
}
