import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { planFaults } from './faults.ts';
import { crawling, startPair } from './migrating-pair.ts';
import { guestDisk } from './started-vm.ts';

const slowly = { bandwidth: crawling };
const continued = { state: 'pre-switchover' } as const;

describe('the destination is killed', () => {
  it('while active: the source has failed within 100 ms and runs on', async () => {
    const pair = await startPair(slowly);
    await pair.migrate();
    await pair.sourceReaches('active');
    pair.destination.kill('SIGKILL');
    await pair.sourceReaches('failed');
    expect(await pair.stateOf('source')).toBe('running failed');
  });

  it('while active, when it has long taken nothing: the source, which waits for room, has failed and runs on', async () => {
    const pair = await startPair({ bandwidth: 4e6, disk: guestDisk({ mibPerSecond: 100, workingSetMib: 8 }) });
    pair.destination.kill('SIGSTOP');
    await pair.migrate();
    const sent = async () => (await pair.source.client.execute('query-migrate')).ram?.transferred;
    await expect.poll(sent).toBeGreaterThan(1024 ** 2);
    pair.destination.kill('SIGKILL');
    await pair.sourceReaches('failed');
    expect(await pair.stateOf('source')).toBe('running failed');
  });

  it('in pre-switchover: the source notices nothing, refuses cont, and runs after a cancel', async () => {
    const pair = await startPair();
    await pair.migrate();
    await pair.sourceReaches('pre-switchover');
    pair.destination.kill('SIGKILL');
    await pair.destination.exited;
    await pause(50);
    expect(await pair.stateOf('source')).toBe('finish-migrate pre-switchover');
    await expect(pair.source.client.execute('cont')).rejects.toThrow('Migration is not finalized yet');
    await pair.source.client.execute('migrate_cancel');
    await pair.sourceReaches('cancelled');
    expect(await pair.stateOf('source')).toBe('running cancelled');
  });

  it('in pre-switchover, and the source is told to go on: it fails and runs on', async () => {
    const pair = await startPair({ disk: guestDisk() });
    await pair.migrate();
    await pair.sourceReaches('pre-switchover');
    pair.destination.kill('SIGKILL');
    await pair.destination.exited;
    await pair.source.client.execute('migrate-continue', continued);
    await pair.sourceReaches('failed');
    await expect.poll(() => pair.stateOf('source')).toBe('running failed');
  });
});

describe('the source is killed', () => {
  it.each(['active', 'pre-switchover'] as const)('in %s: the destination exits with 1', async (status) => {
    const pair = await startPair(status === 'active' ? slowly : {});
    await pair.migrate();
    await pair.sourceReaches(status);
    pair.source.kill('SIGKILL');
    expect(await pair.destination.exited).toBe(1);
    expect(pair.destination.stderr()).toContain('load of migration failed');
  });

  it('after completed: the destination stays paused and can be run', async () => {
    const pair = await startPair({ disk: guestDisk() });
    await pair.migrate();
    await pair.sourceReaches('pre-switchover');
    await pair.source.client.execute('migrate-continue', continued);
    await pair.sourceReaches('completed');
    pair.source.kill('SIGKILL');
    await pair.source.exited;
    expect(await pair.stateOf('destination')).toBe('paused completed');
    await pair.destination.client.execute('cont');
    expect(await pair.stateOf('destination')).toBe('running completed');
  });
});

describe('the migration is cancelled', () => {
  it.each(['setup', 'active', 'pre-switchover', 'device'] as const)(
    'in %s: the source runs by itself, the destination exits with 1',
    async (status) => {
      const disk = guestDisk();
      planFaults(disk, { faults: [{ side: 'source', at: status, do: 'stall' }] });
      const pair = await startPair({ disk });
      await pair.migrate();
      if (status === 'device') {
        await pair.sourceReaches('pre-switchover');
        await pair.source.client.execute('migrate-continue', continued);
      }
      await pair.sourceReaches(status);
      await pair.source.client.execute('migrate_cancel');
      await pair.sourceReaches('cancelled');
      expect(await pair.stateOf('source')).toBe('running cancelled');
      // In `setup` nobody has connected yet.
      if (status !== 'setup') expect(await pair.destination.exited).toBe(1);
    },
  );
});

describe('the two ends do not fit', () => {
  it('in memory size: the destination exits and says so, the source runs on', async () => {
    const pair = await startPair({ ...slowly, source: { memory: '17416k' } });
    await pair.migrate();
    expect(await pair.destination.exited).toBe(1);
    expect(pair.destination.stderr()).toContain('Size mismatch: pc.ram');
    await pair.sourceReaches('failed');
    expect(await pair.stateOf('source')).toBe('running failed');
  });

  it('in identity: the destination exits and says so', async () => {
    const pair = await startPair({ destination: { uuid: '7d1f8b9e-59a5-4a0c-8a6e-2f6b1a3c9d11' } });
    await pair.migrate();
    expect(await pair.destination.exited).toBe(1);
    expect(pair.destination.stderr()).toContain('UUID received is');
  });
});

describe('the link is yanked', () => {
  it('at the destination: it exits, the source fails and runs on', async () => {
    const pair = await startPair(slowly);
    await pair.migrate();
    await pair.sourceReaches('active');
    await pair.destinationReaches('active');
    await pair.destination.client.execute('yank', { instances: [{ type: 'migration' }] }, { outOfBand: true });
    expect(await pair.destination.exited).toBe(1);
    await pair.sourceReaches('failed');
    expect(await pair.stateOf('source')).toBe('running failed');
  });

  it('at the source: it fails and runs on', async () => {
    const pair = await startPair(slowly);
    await pair.migrate();
    await pair.sourceReaches('active');
    await pair.source.client.execute('yank', { instances: [{ type: 'migration' }] }, { outOfBand: true });
    await pair.sourceReaches('failed');
    expect(await pair.stateOf('source')).toBe('running failed');
    expect(await pair.destination.exited).toBe(1);
  });
});

it('fails at once where nobody listens, and the next attempt may begin', async () => {
  const pair = await startPair();
  await pair.source.client.execute('migrate', { uri: 'tcp:127.0.0.1:1' });
  await pair.sourceReaches('failed');
  const { 'error-desc': reason } = await pair.source.client.execute('query-migrate');
  expect(reason).toContain('Connection refused');
  await pair.migrate();
  await pair.sourceReaches('pre-switchover');
});

it('stays active with frozen counters while the destination is stopped', async () => {
  const pair = await startPair({ bandwidth: 4e6 });
  await pair.migrate();
  await pair.sourceReaches('active');
  pair.destination.kill('SIGSTOP');
  const transferred = async () => (await pair.source.client.execute('query-migrate')).ram?.transferred;
  let last: number | undefined;
  for (let now = await transferred(); now !== last; now = await transferred()) {
    last = now;
    await pause(100);
  }
  expect(await pair.stateOf('source')).toBe('running active');
  pair.destination.kill('SIGCONT');
  await pair.sourceReaches('pre-switchover');
});
