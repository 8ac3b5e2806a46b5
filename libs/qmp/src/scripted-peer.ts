import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type JsonObject, JsonLines } from './framing.ts';

const greeting = { QMP: { version: { qemu: { major: 7, minor: 2, micro: 0 }, package: '' }, capabilities: ['oob'] } };

export type Script = (request: JsonObject, say: (message: object) => void, socket: Socket) => void;

/** A directory for one test, gone when it is over. */
export function testDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'ferry-qmp-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** For tests of what no healthy QEMU does: greets, negotiates, then does with each request what the script says. */
export async function scriptedPeer(script: Script, socketPath = join(testDirectory(), 'qmp.sock')): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const lines = new JsonLines();
    const say = (message: object) => socket.write(`${JSON.stringify(message)}\r\n`);
    sockets.add(socket);
    say(greeting);
    socket.on('data', (chunk: Buffer) => {
      for (const request of lines.push(chunk)) {
        if (request['execute'] === 'qmp_capabilities') say({ return: {}, id: request['id'] });
        else script(request, say, socket);
      }
    });
  });
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  server.listen(socketPath);
  await once(server, 'listening');
  return socketPath;
}
