import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { QmpClient } from '@ferry/qmp';
import { createDisk } from '../guest/disk.ts';
import { guestArguments } from '../guest/guest-command.ts';
import type { GuestMachine } from '../guest/machine.ts';
import { cached } from './cache.ts';
import { runCommand } from './run-command.ts';

const bootDeadlineMs = 60_000;
const saveDeadlineMs = 30_000;

/** Where the saved state of such a machine lies in the cache. Another machine, kernel or QEMU is another state. */
export async function warmStatePath(cache: string, machine: GuestMachine): Promise<string> {
  const version = await runCommand(machine.emulator, ['--version']);
  const place = { name: '', uuid: '', disk: '', mac: '' };
  const shape = JSON.stringify([version, guestArguments(machine, place)]);
  return join(cache, `guest-warm-${createHash('sha256').update(shape).digest('hex').slice(0, 12)}.state`);
}

/**
 * Boots a guest up to where it waits for its personality and saves it there. A process with the same arguments that
 * inherits the file and is started with `-S -incoming fd:N` is such a guest, and goes on when its disk tells it who
 * it is.
 * @returns true when there was something to do
 * @throws Error when the guest does not boot within a minute
 */
export async function provideWarmState(cache: string, machine: GuestMachine): Promise<boolean> {
  return cached(await warmStatePath(cache, machine), async (draft) => {
    const folder = `${draft}.vm`;
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    try {
      await saveGuest(folder, machine);
      await rename(join(folder, 'state'), draft);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

async function saveGuest(folder: string, machine: GuestMachine): Promise<void> {
  await createDisk(join(folder, 'disk.img'), { bytes: machine.diskBytes });
  const place = { name: 'warm', uuid: randomUUID(), disk: 'disk.img', mac: '52:54:00:00:00:01' };
  const args = guestArguments(machine, { ...place, serial: 'stdio' });
  // It dies with us: nobody else would know of it.
  const emulator = spawn('setpriv', ['--pdeathsig', 'KILL', machine.emulator, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const errors: string[] = [];
  emulator.stderr.setEncoding('utf8').on('data', (said: string) => errors.push(said));
  try {
    await consoleSays(emulator.stdout, 'ferry-guest waits for its personality');
    const qmp = await QmpClient.connect({ directory: folder, name: 'qmp.sock' });
    await qmp.execute('stop');
    await saveState(qmp, join(folder, 'state'));
    qmp.close();
  } catch (error) {
    throw new Error(`no warm guest could be saved: ${errors.join('').trim()}`, { cause: error });
  } finally {
    const ended = emulator.exitCode === null && emulator.signalCode === null ? once(emulator, 'exit') : undefined;
    emulator.kill('SIGKILL');
    await ended;
  }
}

async function consoleSays(output: Readable, line: string): Promise<void> {
  const seen: string[] = [];
  const console = createInterface({ input: output });
  const deadline = setTimeout(() => console.close(), bootDeadlineMs);
  try {
    for await (const said of console) {
      if (said.includes(line)) return;
      seen.push(said);
    }
  } finally {
    clearTimeout(deadline);
  }
  throw new Error(`the guest did not boot within ${bootDeadlineMs / 1000} s; it said: ${seen.slice(-5).join(' | ')}`);
}

/** The state goes through a socket of ours, not through `exec:`, which is a shell. */
async function saveState(qmp: QmpClient, path: string): Promise<void> {
  const server = createServer().listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
    const connected = once(server, 'connection', { signal: AbortSignal.timeout(saveDeadlineMs) });
    await qmp.execute('migrate', { uri: `tcp:127.0.0.1:${(server.address() as AddressInfo).port}` });
    const [stream] = (await connected) as [Socket];
    await pipeline(stream, createWriteStream(path), { signal: AbortSignal.timeout(saveDeadlineMs) });
  } finally {
    server.close();
  }
  const { status } = await qmp.execute('query-migrate');
  if (status !== 'completed') throw new Error(`the guest's state could not be saved: ${status ?? 'no status'}`);
}
