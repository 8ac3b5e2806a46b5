import { ownerOf } from '@ferry/domain';
import { guestProcess, processNames } from '@ferry/lab';
import { planFaults } from '@ferry/qmp/simulator';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { expectGuestLives, expectWholeHistory, labUnderTest } from '../setup/lab-under-test.ts';

/** Longer than an attempt to write the history may take, so that attempts fail, also after the move is over. */
const awayMs = 6_000;

test('the database and the API are away for a whole migration: it completes without them, and its history arrives afterwards, complete and in order', async () => {
  const lab = await labUnderTest('records-away', { simulated: true });
  await lab.createGuest('web-1', { host: 'host-a', dirty: { mibPerSecond: 10, workingSetMib: 8 } });
  const before = await lab.counter('web-1');
  const image = join(lab.layout.storagePool, lab.layout.image('web-1'));
  planFaults(image, { faults: [{ side: 'source', at: 'setup', do: 'stall' }] });
  const parts = [processNames.postgres, processNames.api].map((name) => lab.part(name));
  const { id } = await lab.client.submitMigration({ vm: 'web-1', destination: 'host-b' });

  await Promise.all(parts.map((part) => part.kill9()));
  planFaults(image, { faults: [] });
  await expect.poll(async () => ownerOf(await lab.witnessRecord('web-1')), { timeout: 20_000 }).toBe('host-b');
  await expect.poll(() => guestProcess(lab.layout, 'host-a', 'web-1'), { timeout: 10_000 }).toBeNull();
  await pause(awayMs);
  for (const part of parts) expect(part.isAlive()).toBe(false);
  for (const part of parts) await part.restart();

  const shown = () => lab.client.migration(String(id));
  await expect.poll(shown, { timeout: 30_000 }).toMatchObject({ state: 'completed', owner: 'host-b' });
  const migration = await shown();
  await expectWholeHistory(lab, migration);
  // Each phase bears the time at which it ran, not that at which it was written down.
  const finished = migration.phases.map(({ finishedAt }) => Date.parse(finishedAt ?? ''));
  expect(Date.now() - Math.max(...finished)).toBeGreaterThan(awayMs);
  await expectGuestLives(lab, 'web-1', 'host-b', before);
}, 120_000);
