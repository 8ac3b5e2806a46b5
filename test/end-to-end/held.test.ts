import { agentName, processNames, type Lab } from '@ferry/lab';
import { expect, test } from 'vitest';
import { expectGuestLives, expectWholeHistory } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

const linkBytesPerSecond = 1024 ** 3;
const measuredMs = 5_000;

test('held, a guest that idles and one that dirties its memory run on with less than 1 % of the link used, whatever dies; released, they move', async () => {
  const lab = await sharedLab();
  await lab.createGuest('idle', { host: 'host-a' });
  await lab.createGuest('busy', { host: 'host-a', dirty: { mibPerSecond: 10, workingSetMib: 16 } });
  const before = { idle: await lab.counter('idle'), busy: await lab.counter('busy') };

  const idle = await submit(lab, 'idle', { hold: true, bandwidthBytesPerSecond: linkBytesPerSecond });
  // It can't converge before it is held.
  const busy = await submit(lab, 'busy', { hold: false, bandwidthBytesPerSecond: 4 * 1024 ** 2 });
  await expect
    .poll(async () => (await lab.client.migration(busy)).progress?.rounds, { timeout: 20_000 })
    .toBeGreaterThan(0);
  await lab.client.holdMigration(busy, { reason: 'backup' });
  await lab.client.tuneMigration(busy, { bandwidthBytesPerSecond: linkBytesPerSecond });
  for (const id of [idle, busy])
    await expect
      .poll(async () => (await lab.client.migration(id)).progress?.rounds, { timeout: 20_000 })
      .toBeGreaterThan(1);

  const then = await Promise.all([idle, busy].map((id) => seen(lab, id)));
  const parts = [processNames.temporal, agentName('host-a')].map((name) => lab.part(name));
  await Promise.all(parts.map((part) => part.kill9()));
  for (const part of parts) await part.restart();
  const restarted = Date.now();
  await expect
    .poll(() => lab.client.migration(busy), { timeout: 20_000 })
    .toMatchObject({ hold: { reason: 'backup' } });
  // The transfers are found again, and watched for a while.
  for (const id of [idle, busy])
    await expect
      .poll(async () => (await seen(lab, id)).ms, { timeout: 30_000 })
      .toBeGreaterThan(restarted + measuredMs);

  const now = await Promise.all([idle, busy].map((id) => seen(lab, id)));
  for (const [at, { bytes, ms, counted, state }] of now.entries()) {
    const share = (bytes - (then[at]?.bytes ?? 0)) / ((ms - (then[at]?.ms ?? 0)) / 1_000) / linkBytesPerSecond;
    expect(share).toBeLessThan(0.01);
    // It counts twenty times a second.
    expect(counted - (then[at]?.counted ?? 0)).toBeGreaterThan(measuredMs / 50 / 2);
    expect(state).toBe('running');
  }

  for (const id of [idle, busy]) {
    // Temporal needs a while to be itself again.
    const tuned = () => lab.client.tuneMigration(id, { downtimeLimitMs: 300 }).then(() => 'tuned', String);
    await expect.poll(tuned, { timeout: 30_000 }).toBe('tuned');
    const released = Date.now();
    await lab.client.releaseMigration(id, { reason: 'the window is open' });
    await expect
      .poll(() => lab.client.migration(id), { timeout: 30_000 })
      .toMatchObject({ state: 'completed', hold: null });
    const migration = await lab.client.migration(id);
    const stopped = migration.phases.find(({ phase }) => phase === 'transfer-state')?.startedAt ?? '';
    expect(Date.parse(stopped) - released).toBeLessThan(10_000);
    expect(await expectWholeHistory(lab, migration)).toEqual(
      expect.arrayContaining(['migration.gate-shut', 'migration.gate-opened']),
    );
  }
  await expectGuestLives(lab, 'idle', 'host-b', before.idle);
  await expectGuestLives(lab, 'busy', 'host-b', before.busy);
});

async function submit(lab: Lab, vm: string, { hold, ...policy }: { hold: boolean; bandwidthBytesPerSecond: number }) {
  const { id } = await lab.client.submitMigration({ vm, destination: 'host-b', hold, policy });
  return id ?? '';
}

async function seen(lab: Lab, id: string) {
  const { vm, state, progress } = await lab.client.migration(id);
  const { transferredBytes: bytes, at } = progress ?? { transferredBytes: NaN, at: '' };
  return { state, bytes, ms: Date.parse(at), counted: (await lab.counter(vm)).sequence };
}
