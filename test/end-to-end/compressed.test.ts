import { expect, test } from 'vitest';
import { expectGuestLives, migrate } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

test('compressed, a guest’s memory is less than half as many bytes on the wire, and the guest lives', async () => {
  const lab = await sharedLab();
  // It idles: what one dirties is sent again and again, and more of that while the processors compress.
  await lab.createGuest('compressed-1', { host: 'host-a' });
  const before = await lab.counter('compressed-1');
  const sent: number[] = [];
  for (const [source, destination, policy] of [
    ['host-a', 'host-b', {}],
    ['host-b', 'host-a', { channels: 2, compression: 'zstd' }],
  ] as const) {
    const already = (await lab.network?.bytesSent(source)) ?? 0;
    await expect(migrate(lab, { vm: 'compressed-1', destination, policy })).resolves.toMatchObject({
      state: 'completed',
    });
    sent.push(((await lab.network?.bytesSent(source)) ?? 0) - already);
    await expectGuestLives(lab, 'compressed-1', destination, before);
  }
  const [plain = 0, compressed = 0] = sent;
  expect(compressed).toBeGreaterThan(1024 ** 2);
  expect(compressed / plain).toBeLessThanOrEqual(0.5);
});
