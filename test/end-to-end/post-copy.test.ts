import { expect, onTestFinished, test } from 'vitest';
import { breakLink } from '../../apps/lab/src/faults/break-link.ts';
import { labOfThisFile } from '../setup/lab-of-this-file.ts';
import { at, expectGuestLives, expectWholeHistory, migrate } from '../setup/lab-under-test.ts';

const lab = labOfThisFile('post-copy');
const guest = 'web-1';
const ends = { source: 'host-a', destination: 'host-b' } as const;

test('a guest that dirties more than the link carries moves by post-copy, over a link that drops in the middle of it, and nothing of it is lost', async () => {
  await lab().createGuest(guest, { host: ends.source, dirty: { mibPerSecond: 60, workingSetMib: 32 } });
  const before = await lab().counter(guest);
  const breaking = at('progress', async () => {
    await expect.poll(status, { timeout: 60_000, interval: 20 }).toBe('postcopy-active');
    const mend = await breakLink(lab().network, ends, 'cut');
    onTestFinished(mend);
    await expect.poll(status, { timeout: 20_000, interval: 50 }).toBe('postcopy-paused');
    await mend();
  });
  const migration = await migrate(
    lab(),
    {
      vm: guest,
      destination: ends.destination,
      policy: {
        ...{ postCopy: 'last-resort', roundLimit: 2, throttleLimitPercent: 1, downtimeLimitMs: 1 },
        ...{ bandwidthBytesPerSecond: 12 * 1024 ** 2, stallLimitMs: 1_000 },
      },
    },
    breaking.reached,
  );
  await breaking.done();
  expect(migration).toMatchObject({ state: 'completed', owner: ends.destination });
  await expectGuestLives(lab(), guest, ends.destination, before);
  expect(await lab().witnessRecord(guest)).toMatchObject({ kind: 'whole', host: ends.destination });
  await expectWholeHistory(lab(), migration);
});

/** The source's word for its transfer. */
async function status(): Promise<string | undefined> {
  const { items } = await lab().client.migrations({ vm: guest, state: 'running' });
  const [migration] = await Promise.all(items.map(({ id }) => lab().client.migration(id)));
  return migration?.progress?.status;
}
