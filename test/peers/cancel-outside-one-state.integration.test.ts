import type { Lab } from '@ferry/lab';
import { isTerminal } from '@ferry/domain';
import { planFaults, type FaultPoint } from '@ferry/qmp/simulator';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { labUnderTest, untilItStandsStill } from '../setup/lab-under-test.ts';

/** Neither the agents' own patience nor the transfer's ends what a person calls off. */
const policy = { blackoutLimitMs: 60_000, stallLimitMs: 60_000 };
const HELD: readonly { at: FaultPoint; cpus: 'run' | 'stopped' }[] = [
  { at: 'setup', cpus: 'run' },
  { at: 'active', cpus: 'run' },
  { at: 'pre-switchover', cpus: 'stopped' },
  { at: 'device', cpus: 'stopped' },
];

test('a cancel is answered and ends the migration wherever it stands: at its start, in each state of the transfer, and after its end', async () => {
  const lab = await labUnderTest('peers-cancel', { simulated: true });
  await lab.createGuest('web-1', { host: 'host-a', dirty: { mibPerSecond: 10, workingSetMib: 8 } });
  const image = join(lab.layout.storagePool, lab.layout.image('web-1'));
  const request = { vm: 'web-1', destination: 'host-b', policy };
  // The VM's lock is let go of a moment after the end was told.
  const submit = () =>
    vi.waitFor(async () => String((await lab.client.submitMigration(request)).id), { timeout: 15_000, interval: 200 });

  const early = await submit();
  await expect(lab.client.cancelMigration(early)).resolves.toMatchObject({ outcome: 'kept', owner: 'host-a' });
  await expectEnd(lab, early, 'cancelled');

  for (const { at, cpus } of HELD) {
    planFaults(image, { faults: [{ side: 'source', at, do: 'stall' }] });
    const held = await submit();
    if (cpus === 'stopped') await untilItStandsStill(lab, 'web-1');
    else await phaseBegun(lab, held, 'transfer-memory');
    await expect(lab.client.cancelMigration(held), at).resolves.toMatchObject({ outcome: 'kept', owner: 'host-a' });
    await expectEnd(lab, held, 'cancelled');
    planFaults(image, { faults: [] });
  }

  const late = await submit();
  await expectEnd(lab, late, 'completed');
  await expect(lab.client.cancelMigration(late)).rejects.toMatchObject({ code: 'MIGRATION_ENDED' });
});

async function phaseBegun(lab: Lab, id: string, phase: string): Promise<void> {
  const begun = async () => (await lab.client.migration(id)).phases.some((run) => run.phase === phase);
  await expect.poll(begun, { timeout: 10_000 }).toBe(true);
}

async function expectEnd(lab: Lab, id: string, state: string): Promise<void> {
  const ended = () => lab.client.migration(id).then((detail) => isTerminal(detail.state) && detail.state);
  await expect.poll(ended, { timeout: 15_000 }).toBe(state);
}
