import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { guestDisk, startVm } from './started-vm.ts';

it('a guest whose disk says nothing yet waits until it does, and counts from then on, as the real one', async () => {
  const disk = guestDisk();
  const told = readFileSync(disk);
  writeFileSync(disk, Buffer.alloc(told.length));
  const { client } = await startVm({ disk });
  expect((await client.execute('query-status')).status).toBe('running');
  // Nothing tells of a look that found nothing: by now there was one.
  await pause(200);
  expect(readFileSync(disk).every((byte) => byte === 0)).toBe(true);

  writeFileSync(disk, told, { flag: 'r+' });
  await expect.poll(() => Number(readFileSync(disk).readBigUInt64LE(8)), { timeout: 10_000 }).toBeGreaterThan(1);
});
