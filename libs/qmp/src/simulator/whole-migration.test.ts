import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startPair } from './migrating-pair.ts';
import { guestDisk, startVm } from './started-vm.ts';

const newestCount = (disk: string) => Number(readFileSync(disk).readBigUInt64LE(8));
const boots = (disk: string) => Number(readFileSync(disk).readBigUInt64LE(16));
const forkMarker = (disk: string) => readFileSync(disk).subarray(1024, 1032).toString('latin1');

async function counts(disk: string): Promise<number> {
  const before = newestCount(disk);
  while (newestCount(disk) < before + 2) await pause(10);
  return newestCount(disk);
}

it('moves a guest that dirties memory: it counts on at the destination, without a fork and without a boot', async () => {
  const disk = guestDisk({ mibPerSecond: 8, workingSetMib: 4 });
  const pair = await startPair({ disk, bandwidth: 32e6 });
  const before = await counts(disk);

  await pair.migrate();
  await pair.sourceReaches('pre-switchover');
  expect(await pair.stateOf('source')).toBe('finish-migrate pre-switchover');
  await pair.source.client.execute('migrate-continue', { state: 'pre-switchover' });
  await pair.sourceReaches('completed');
  expect(await pair.stateOf('source')).toBe('postmigrate completed');
  expect(await pair.stateOf('destination')).toBe('paused completed');
  await pair.destination.client.execute('cont');

  expect(await counts(disk)).toBeGreaterThan(before);
  expect(boots(disk)).toBe(1);
  expect(forkMarker(disk)).toBe('\0'.repeat(8));
  await expect(pair.source.client.execute('cont')).rejects.toThrow('Failed to get "write" lock');

  const { ram, downtime } = await pair.source.client.execute('query-migrate');
  expect(ram?.transferred).toBe((ram?.['precopy-bytes'] ?? 0) + (ram?.['downtime-bytes'] ?? 0));
  expect(ram?.transferred).toBe((ram?.normal ?? 0) * 4104 + (ram?.duplicate ?? 0) * 9);
  expect(ram?.['dirty-sync-count']).toBeGreaterThanOrEqual(2);
  expect(downtime).toBeLessThan(1000);
});

it('finds out, on storage without locks, when both ends run', async () => {
  const disk = guestDisk();
  const pair = await startPair({ disk, locking: 'off' });
  await counts(disk);
  await pair.migrate();
  await pair.sourceReaches('pre-switchover');
  await pair.source.client.execute('migrate-continue', { state: 'pre-switchover' });
  await pair.sourceReaches('completed');
  await pair.destination.client.execute('cont');
  await pair.source.client.execute('cont');
  while (forkMarker(disk) !== 'FERRYFRK') await pause(10);
});

it('keeps a guest that dirties faster than the link carries in pre-copy until the bandwidth is raised', async () => {
  const disk = guestDisk({ mibPerSecond: 60, workingSetMib: 12 });
  const pair = await startPair({ disk, bandwidth: 16e6 });
  await counts(disk);
  await pair.source.client.execute('migrate-set-parameters', { 'downtime-limit': 20 });
  await pair.migrate();
  const since = 0;
  await pair.source.client.waitFor('MIGRATION_PASS', ({ pass }) => pass === 3, { since, timeoutMs: 10_000 });
  expect(await pair.stateOf('source')).toBe('running active');
  await pair.source.client.execute('migrate-set-parameters', { 'max-bandwidth': 2e9, 'downtime-limit': 300 });
  await pair.sourceReaches('pre-switchover');
});

it('starts warm from a state saved to a file', async () => {
  const disk = guestDisk();
  const first = await startVm({ disk });
  const before = await counts(disk);
  await first.client.execute('stop');
  await first.client.execute('migrate-set-capabilities', { capabilities: [{ capability: 'events', state: true }] });
  const since = first.client.mark();
  await first.client.execute('migrate', { uri: 'exec:cat > state' });
  await first.client.waitFor('MIGRATION', ({ status }) => status === 'completed', { since, timeoutMs: 5_000 });
  await first.client.execute('quit');
  expect(await first.exited).toBe(0);

  const second = await startVm({ disk, words: ['-S', '-incoming', `exec:cat ${first.directory}/state`] });
  while ((await second.client.execute('query-status')).status === 'inmigrate') await pause(5);
  await second.client.execute('cont');
  expect(await counts(disk)).toBeGreaterThan(before);
  expect(boots(disk)).toBe(1);
});
