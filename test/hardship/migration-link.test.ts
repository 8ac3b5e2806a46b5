import { ownerOf } from '@ferry/domain';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { breakLink } from '../../apps/lab/src/faults/break-link.ts';
import { tracesOn } from '../../apps/lab/src/faults/copies.ts';
import { at, expectGuestLives, expectWholeHistory, migrate } from '../setup/lab-under-test.ts';
import { sharedLabOfThisFile } from '../setup/shared-lab.ts';

const guest = 'link-1';
const ends = { source: 'host-a', destination: 'host-b' } as const;
/** Slow enough for the link to break while memory moves, and impatient. */
const request = {
  vm: guest,
  destination: ends.destination,
  policy: { bandwidthBytesPerSecond: 16 * 1024 ** 2, stallLimitMs: 2_000 },
};

const lab = sharedLabOfThisFile();
beforeAll(() => lab().createGuest(guest, { host: ends.source, dirty: { mibPerSecond: 4, workingSetMib: 8 } }));

test('the migration link is down before the move: preflight says so, alone and at the head of a migration, and nothing is begun', async () => {
  const before = await lab().counter(guest);
  const mend = await broken('cut');
  const unreachable = { code: 'MIGRATION_ADDRESS_UNREACHABLE', severity: 'error' };
  expect((await lab().client.preflight(guest, { destinations: [ends.destination] })).destinations).toMatchObject([
    { possible: false, findings: [unreachable] },
  ]);
  const migration = await migrate(lab(), request);
  expect(migration).toMatchObject({ state: 'failed', owner: ends.source, failure: { code: 'PREFLIGHT_FAILED' } });
  expect(migration.failure?.detail).toContain(unreachable.code);
  expect(migration.phases.map(({ phase }) => phase)).toEqual(['preflight']);
  await mend();
  await expectGuestLives(lab(), guest, ends.source, before);
});

test('the migration link drops while memory moves: the transfer is called off for standing still, and the guest never noticed', () =>
  expectTakenBack('cut'));

test('the migration link half-opens while memory moves, so that no answer arrives: the transfer is called off for standing still, and the guest never noticed', () =>
  expectTakenBack('muted'));

test('the migration link slows to a trickle: the guest runs on at the source, and the move completes when the link is itself again', async () => {
  const before = await lab().counter(guest);
  const trickle = at('progress', async () => {
    const mend = await broken('slow');
    try {
      // It counts twenty times a second: that is longer than memory would need at the policy's speed.
      const { sequence } = await lab().counter(guest);
      const counted = async () => (await lab().counter(guest)).sequence - sequence;
      await expect.poll(counted, { timeout: 30_000 }).toBeGreaterThan(120);
      expect(ownerOf(await lab().witnessRecord(guest))).toBe(ends.source);
      const { items } = await lab().client.migrations({ vm: guest, state: 'running' });
      expect(items).toMatchObject([{ phase: 'transfer-memory' }]);
    } finally {
      await mend();
    }
  });
  const policy = { ...request.policy, stallLimitMs: 60_000 };
  const migration = await migrate(lab(), { ...request, policy }, trickle.reached);

  await trickle.done();
  expect(migration).toMatchObject({ state: 'completed', owner: ends.destination });
  await expectGuestLives(lab(), guest, ends.destination, before);
  await expectWholeHistory(lab(), migration);
});

async function expectTakenBack(way: 'cut' | 'muted'): Promise<void> {
  const before = await lab().counter(guest);
  const breaking = at('progress', async () => {
    // Before that the two ends may still be finding out whether they have the same key.
    await expect.poll(copiedBytes, { timeout: 10_000, interval: 50 }).toBeGreaterThan(1024 ** 2);
    return broken(way);
  });
  const migration = await migrate(lab(), request, breaking.reached);

  await breaking.done();
  expect(migration).toMatchObject({ state: 'failed', owner: ends.source, failure: { code: 'TRANSFER_STALLED' } });
  await expectGuestLives(lab(), guest, ends.source, before);
  expect(await expectWholeHistory(lab(), migration)).toContain('migration.compensated');
  const scene = { lab: lab(), guest };
  await expect.poll(() => tracesOn(scene, ends.destination), { timeout: 10_000 }).toEqual([]);
}

async function copiedBytes(): Promise<number> {
  const { items } = await lab().client.migrations({ vm: guest, state: 'running' });
  const [migration] = await Promise.all(items.map(({ id }) => lab().client.migration(id)));
  return migration?.progress?.transferredBytes ?? 0;
}

/** Breaks the link until it is mended, or the test is over. */
async function broken(way: Parameters<typeof breakLink>[2]): Promise<() => Promise<void>> {
  const mend = await breakLink(lab().network, ends, way);
  onTestFinished(mend);
  return mend;
}
