import type { MigrationPlan } from '@ferry/domain';
import { expect } from 'vitest';
import { copyMemory, prepare, type TwoHosts } from '../../apps/agent/src/testing/two-hosts.ts';
import { transferState } from '../../apps/agent/src/phases/transfer-state.ts';
import { unwatched } from './two-hosts-under-test.ts';

/** Moves a VM whose destination's agent has died, until its source has released it. */
export async function releaseToNobody(hosts: TwoHosts, plan: MigrationPlan): Promise<void> {
  const listening = await prepare(hosts, plan);
  await hosts.b.close();
  const state = transferState(hosts.a, plan, {}, unwatched);
  const memory = copyMemory(hosts, plan, listening);
  for (const phase of [state, memory]) phase.catch(() => undefined);
  await expect.poll(() => hosts.a.witness.read(hosts.vm)).toMatchObject({ kind: 'released' });
}
