import { describe, expect, it } from 'vitest';
import { planFaults } from './faults.ts';
import { crawling, type MigratingPair, startPair } from './migrating-pair.ts';
import { guestDisk } from './started-vm.ts';

const slowly = { bandwidth: crawling, postCopy: true };

/** Into post-copy, with the destination's CPUs still. */
async function split(pair: MigratingPair, postCopyBandwidth: number): Promise<void> {
  await pair.source.client.execute('migrate-set-parameters', { 'max-postcopy-bandwidth': postCopyBandwidth });
  await pair.migrate();
  await pair.sourceReaches('active');
  await pair.source.client.execute('migrate-start-postcopy');
  await pair.sourceReaches('pre-switchover');
  await pair.source.client.execute('migrate-continue', { state: 'pre-switchover' });
  await pair.destinationReaches('postcopy-active');
}

describe('post-copy', () => {
  it('goes through pre-switchover, and ends with all at the destination', async () => {
    const pair = await startPair({ ...slowly, disk: guestDisk() });
    await split(pair, 1e9);
    await expect.poll(() => pair.stateOf('destination')).toMatch(/^paused (postcopy-active|completed)$/);
    await pair.destination.client.execute('cont');
    await pair.sourceReaches('completed');
    await pair.destinationReaches('completed');
    expect(await pair.stateOf('source')).toBe('postmigrate completed');
    expect(await pair.stateOf('destination')).toBe('running completed');
  });

  it('waits at both ends where its link breaks, and goes on over another', async () => {
    const pair = await startPair({ ...slowly, disk: guestDisk() });
    await split(pair, crawling);
    await pair.destination.client.execute('cont');
    await pair.source.client.execute('yank', { instances: [{ type: 'migration' }] }, { outOfBand: true });
    await pair.sourceReaches('postcopy-paused');
    await pair.destinationReaches('postcopy-paused');
    expect(await pair.stateOf('source')).toBe('finish-migrate postcopy-paused');
    expect(await pair.stateOf('destination')).toBe('running postcopy-paused');
    await pair.destination.client.execute('migrate-recover', { uri: pair.uri });
    await pair.source.client.execute('migrate-set-parameters', { 'max-postcopy-bandwidth': 0 });
    await pair.source.client.execute('migrate', { uri: pair.uri, resume: true });
    await pair.sourceReaches('completed');
    await pair.destinationReaches('completed');
  });

  it('leaves a source that is called back standing still, and without its disks', async () => {
    const pair = await startPair({ ...slowly, disk: guestDisk() });
    await split(pair, crawling);
    await pair.source.client.execute('migrate_cancel');
    await pair.sourceReaches('cancelled');
    expect(await pair.stateOf('source')).toBe('postmigrate cancelled');
    await expect(pair.source.client.execute('cont')).rejects.toThrow('Failed to get');
  });

  it('is told to nobody where the link carries nothing any more', async () => {
    const disk = guestDisk();
    planFaults(disk, { faults: [{ side: 'source', at: 'postcopy-active', do: 'cut-link' }] });
    const pair = await startPair({ ...slowly, disk });
    await split(pair, crawling);
    expect(await pair.stateOf('source')).toBe('finish-migrate postcopy-active');
    await pair.source.client.execute('migrate-pause');
    await pair.sourceReaches('postcopy-paused');
    expect(await pair.stateOf('destination')).toBe('paused postcopy-active');
  });
});
