import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { identify, type ProcessIdentity } from '@ferry/processes';
import { expect, onTestFinished, test } from 'vitest';
import { MONITOR_SOCKET } from './command-line.ts';
import { Monitor } from './monitor.ts';
import { QemuProcess } from './process.ts';

/** What a connection's QEMU does: one greets as no QEMU does, the others are asked first what their migration is. */
type Manner = 'answers' | 'is silent' | 'refuses' | 'greets wrongly' | 'begins a pass';

const timestamp = { seconds: 1, microseconds: 0 };
const greeting = { QMP: { version: { qemu: { major: 7, minor: 2, micro: 0 }, package: '' }, capabilities: [] } };

/** A monitor of a QEMU that does, connection by connection, what is said here, and answers on all that come after. */
async function monitorOf(...connections: Manner[]) {
  const directory = await mkdtemp(join(tmpdir(), 'ferry-monitor-'));
  const taken: Socket[] = [];
  const server = createServer((socket) => {
    const does = connections[taken.push(socket) - 1] ?? 'answers';
    const write = (message: object) => socket.write(`${JSON.stringify(message)}\n`);
    write(does === 'greets wrongly' ? {} : greeting);
    createInterface(socket).on('line', (line) => {
      const { id, execute } = JSON.parse(line) as { id: number; execute: string };
      if (execute === 'qmp_capabilities' || does === 'answers') write({ id, return: {} });
      else if (does === 'begins a pass') {
        write({ event: 'MIGRATION_PASS', data: { pass: 2 }, timestamp });
        write({ id, return: { status: 'active' } });
      } else if (does === 'refuses') write({ id, error: { class: 'GenericError', desc: 'not now' } });
    });
  }).listen(join(directory, MONITOR_SOCKET));
  await once(server, 'listening');
  const itself = QemuProcess.adopt(identify(process.pid) as ProcessIdentity, directory);
  const monitor = new Monitor('web', directory, itself);
  onTestFinished(async () => {
    monitor.close();
    itself.unwatch();
    server.close();
    await rm(directory, { recursive: true });
  });
  return { monitor, taken };
}

test('a connection on which QEMU does not answer is let go of, since QEMU takes no other meanwhile', async () => {
  const { monitor, taken } = await monitorOf('is silent');
  await expect(monitor.client()).rejects.toThrow('query-migrate');
  await expect.poll(() => taken[0]?.destroyed, { timeout: 5_000 }).toBe(true);
  await monitor.client();
  expect(monitor.stage).toBe('idle');
});

test('a connection that came to nothing ends late: the one made after it is kept, and no other is tried beside it', async () => {
  const { monitor, taken } = await monitorOf('refuses');
  await expect(monitor.client()).rejects.toThrow('not now');
  const client = await monitor.client();
  await expect.poll(() => taken[0]?.destroyed).toBe(true);
  expect(await monitor.client()).toBe(client);
  expect(taken).toHaveLength(2);
});

test('who waits for an event as the connection breaks hears of it, though the next connections come to nothing', async () => {
  const { monitor, taken } = await monitorOf('answers', 'refuses', 'greets wrongly');
  await monitor.client();
  const held = monitor.until(() => monitor.stage === 'held', AbortSignal.timeout(10_000));
  taken[0]?.destroy();
  await expect.poll(() => taken.length, { timeout: 5_000 }).toBe(4);
  await monitor.client();
  taken[3]?.write(`${JSON.stringify({ event: 'MIGRATION', data: { status: 'pre-switchover' }, timestamp })}\n`);
  await held;
});

test('a pass that begins as QEMU is asked for the first time does not hide what its migration is', async () => {
  const { monitor } = await monitorOf('begins a pass');
  await monitor.client();
  expect([monitor.stage, monitor.passes]).toEqual(['copying', 2]);
});
