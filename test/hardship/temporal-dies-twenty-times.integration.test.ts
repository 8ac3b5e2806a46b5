import { processNames, SeededRandom, type Lab } from '@ferry/lab';
import { planFaults } from '@ferry/qmp/simulator';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { expectGuestLives, expectWholeHistory, labUnderTest } from '../setup/lab-under-test.ts';

const deaths = 20;
/** From here on memory moves on, so that the last deaths strike in the handover and after it. */
const deathsBeforeSwitchover = 14;
const longestLifeMs = 600;

test('Temporal’s server is killed twenty times at random in one migration: it completes, and neither guest nor history is the worse for it', async () => {
  const lab = await labUnderTest('temporal-dies', { simulated: true });
  await lab.createGuest('web-1', { host: 'host-a', dirty: { mibPerSecond: 10, workingSetMib: 8 } });
  const before = await lab.counter('web-1');
  const image = join(lab.layout.storagePool, lab.layout.image('web-1'));
  planFaults(image, { faults: [{ side: 'source', at: 'active', do: 'stall' }] });
  const policy = { stallLimitMs: 120_000 };
  const { id } = await lab.client.submitMigration({ vm: 'web-1', destination: 'host-b', policy });

  await killAgainAndAgain(lab, () => planFaults(image, { faults: [] }));

  const shown = () => lab.client.migration(String(id));
  await expect.poll(shown, { timeout: 40_000, interval: 200 }).toMatchObject({ state: 'completed', owner: 'host-b' });
  await expectGuestLives(lab, 'web-1', 'host-b', before);
  const told = await expectWholeHistory(lab, await shown());
  expect(told).not.toContain('migration.needs-attention');
}, 180_000);

async function killAgainAndAgain(lab: Lab, letMemoryMove: () => void): Promise<void> {
  const temporal = lab.part(processNames.temporal);
  const random = new SeededRandom(deaths);
  for (let death = 1; death <= deaths; death += 1) {
    await pause(random.next() * longestLifeMs);
    if (death === deathsBeforeSwitchover) letMemoryMove();
    await temporal.kill9();
    await temporal.restart();
  }
}
