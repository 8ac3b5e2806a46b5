import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { identify, type ProcessIdentity } from '@ferry/processes';
import { expect, test } from 'vitest';
import { MONITOR_SOCKET } from './command-line.ts';
import { Monitor } from './monitor.ts';
import { QemuProcess } from './process.ts';

const greeting = { QMP: { version: { qemu: { major: 7, minor: 2, micro: 0 }, package: '' }, capabilities: [] } };

test('a connection on which QEMU does not answer is let go of, since QEMU takes no other meanwhile', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'ferry-monitor-'));
  const taken: Socket[] = [];
  const server = createServer((socket) => {
    taken.push(socket);
    const write = (message: object) => socket.write(`${JSON.stringify(message)}\n`);
    write(greeting);
    createInterface(socket).on('line', (line) => {
      const { id, execute } = JSON.parse(line) as { id: number; execute: string };
      if (taken.length > 1 || execute === 'qmp_capabilities') write({ id, return: {} });
    });
  }).listen(join(directory, MONITOR_SOCKET));
  await once(server, 'listening');
  const itself = QemuProcess.adopt(identify(process.pid) as ProcessIdentity, directory);
  const monitor = new Monitor('web', directory, itself);
  try {
    await expect(monitor.client()).rejects.toThrow('query-migrate');
    await expect.poll(() => taken[0]?.destroyed, { timeout: 5_000 }).toBe(true);
    await monitor.client();
    expect(monitor.stage).toBe('idle');
  } finally {
    monitor.close();
    itself.unwatch();
    server.close();
    await rm(directory, { recursive: true });
  }
});
