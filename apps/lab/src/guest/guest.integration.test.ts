import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { QmpClient } from '@ferry/qmp';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { provision } from '../provision/provision.ts';
import { provideWarmState, warmStatePath } from '../provision/warm-state.ts';
import { readCounter } from './counter.ts';
import { createDisk } from './disk.ts';
import { guestArguments } from './guest-command.ts';
import type { GuestMachine } from './machine.ts';
import { guestMachine } from './machine.ts';

const root = join(import.meta.dirname, '../../../..');
const uuid = randomUUID();
const mac = '52:54:00:77:00:21';
const running = new Set<ChildProcess>();
let machine: GuestMachine;
let warmState: string;
let folder: string;
let disk: string;

beforeAll(async () => {
  const { cache, guests } = await provision({ root, say: (line) => console.log(line) });
  if (!guests.real) throw new Error(guests.reasons.join('; '));
  machine = guestMachine(guests.image, { vcpus: 2 });
  await provideWarmState(cache, machine);
  warmState = await warmStatePath(cache, machine);
}, 300_000);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ferry-guest-'));
  disk = join(folder, 'disk.img');
  const dirty = { mibPerSecond: 60, workingSetMib: 24 };
  await createDisk(disk, { bytes: machine.diskBytes, personality: { ip: '10.77.0.21', prefix: 24, mac, dirty } });
});

afterEach(async () => {
  for (const process of running) {
    const ended = once(process, 'exit');
    process.kill('SIGKILL');
    await ended;
  }
  running.clear();
  await rm(folder, { recursive: true, force: true });
});

/** A QEMU in a folder of its own, waiting for a state; from the warm state, it is running when this answers. */
async function start(name: string, from: 'warm' | 'defer', locking: 'on' | 'off' = 'on'): Promise<QmpClient> {
  const directory = join(folder, name);
  await mkdir(directory);
  const state = await open(warmState);
  const incoming = from === 'warm' ? 'fd:3' : 'defer';
  const canonical = guestArguments(machine, { name, uuid, mac, disk, incoming });
  const args = canonical.map((argument) => argument.replace('locking=on', `locking=${locking}`));
  const process = spawn(machine.emulator, args, { cwd: directory, stdio: ['ignore', 'ignore', 'inherit', state.fd] });
  running.add(process);
  process.once('exit', () => running.delete(process));
  await once(process, 'spawn');
  await state.close();
  const qmp = await QmpClient.connect({ directory, name: 'qmp.sock' });
  if (from === 'warm') {
    while ((await qmp.execute('query-status')).status === 'inmigrate') await pause(10);
    await qmp.execute('cont');
  }
  const capabilities = (['events', 'pause-before-switchover', 'late-block-activate'] as const).map((capability) => ({
    capability,
    state: true,
  }));
  await qmp.execute('migrate-set-capabilities', { capabilities });
  return qmp;
}

async function move(source: QmpClient, destination: QmpClient, uri: string): Promise<void> {
  await destination.execute('migrate-incoming', { uri });
  const stopped = source.waitFor('MIGRATION', ({ status }) => status === 'pre-switchover', { timeoutMs: 20_000 });
  const completed = source.waitFor('MIGRATION', ({ status }) => status === 'completed', { timeoutMs: 20_000 });
  const arrived = destination.waitFor('MIGRATION', ({ status }) => status === 'completed', { timeoutMs: 20_000 });
  await source.execute('migrate', { uri });
  await stopped;
  await source.execute('migrate-continue', { state: 'pre-switchover' });
  await Promise.all([completed, arrived]);
  await destination.execute('cont');
  await source.execute('quit');
  await source.closed;
}

async function countsBeyond(sequence: number): Promise<number> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const report = await readCounter(disk);
    if (report.sequence > sequence) return report.sequence;
    if (performance.now() > deadline) throw new Error(`the guest is dead: it still counts ${report.sequence}`);
    await pause(20);
  }
}

describe('the lab’s guest', () => {
  it('starts from the warm state, and lives and counts on through five moves while it dirties its memory', async () => {
    let here = await start('place-0', 'warm');
    let sequence = await countsBeyond(20);
    for (let hop = 1; hop <= 5; hop++) {
      const there = await start(`place-${hop}`, 'defer');
      await move(here, there, `unix:${join(folder, `hop-${hop}.sock`)}`);
      here = there;
      sequence = await countsBeyond(sequence + 30);
    }
    expect(await readCounter(disk)).toMatchObject({ boots: 1, whole: true, problems: [] });
    for (let hop = 0; hop <= 5; hop++) {
      const said = await readFile(join(folder, `place-${hop}`, 'serial.log'), 'utf8');
      expect(said).not.toMatch(/CORRUPT|FORK|panic|disk error/);
    }
  }, 120_000);

  it('finds out by itself when a second copy of it writes its disk', async () => {
    await start('first', 'warm', 'off');
    await countsBeyond(5);
    await start('second', 'warm', 'off');
    await vi.waitFor(async () => expect((await readCounter(disk)).problems.join()).toContain('another writer'), 10_000);
    // Whichever comes second to the disk is the one to notice, and says so a moment after it has marked the disk.
    const consoles = ['first', 'second'].map((name) => join(folder, name, 'serial.log'));
    const said = async () => (await Promise.all(consoles.map((path) => readFile(path, 'utf8')))).join();
    await vi.waitFor(async () => expect(await said()).toContain('ferry-guest FORK'), 10_000);
  }, 60_000);
});
