import { expect, onTestFinished, test } from 'vitest';
import { expectGuestLives, migrate } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

test('of three guests that are asked to move at once at a limit of one, all arrive, one after the other', async () => {
  const lab = await sharedLab();
  const guests = ['web-1', 'web-2', 'web-3'];
  for (const guest of guests) await lab.createGuest(guest, { host: 'host-a' });
  const before = await Promise.all(guests.map((guest) => lab.counter(guest)));
  const { limits } = await lab.client.queue();
  onTestFinished(async () => {
    await lab.client.setLimits({ ...limits, reason: 'after a test' });
  });
  await lab.client.setLimits({ cluster: 1, reason: 'a test' });
  const moved = await Promise.all(guests.map((vm) => migrate(lab, { vm, destination: 'host-b' })));

  const spans = moved.map(({ state, phases }) => {
    const transfers = phases.filter(({ phase }) => phase !== 'preflight' && phase !== 'transfer-configuration');
    expect(state).toBe('completed');
    return {
      from: Date.parse(transfers.at(0)?.startedAt ?? ''),
      to: Date.parse(transfers.at(-1)?.finishedAt ?? ''),
    };
  });
  const inTurn = spans.toSorted((a, b) => a.from - b.from);
  expect(inTurn[1]?.from).toBeGreaterThanOrEqual(inTurn[0]?.to ?? Infinity);
  expect(inTurn[2]?.from).toBeGreaterThanOrEqual(inTurn[1]?.to ?? Infinity);
  for (const [at, guest] of guests.entries())
    await expectGuestLives(lab, guest, 'host-b', before[at] as (typeof before)[0]);
  await expect.poll(() => lab.client.queue()).toMatchObject({ limits: { cluster: 1 }, inFlight: [], waiting: [] });
});
