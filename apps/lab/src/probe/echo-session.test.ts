import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { EchoSession } from './echo-session.ts';

let server: Server;
let session: EchoSession | undefined;

afterEach(() => {
  session?.close();
  server.close();
});

/** A guest that brings back what `serve` gives it to. */
async function open(serve: (socket: Socket) => void): Promise<EchoSession> {
  server = createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  session = await EchoSession.open('127.0.0.1', (server.address() as AddressInfo).port, 2_000);
  return session;
}

describe('the session with a guest', () => {
  it('is alive while everything comes back', async () => {
    const opened = await open((socket) => socket.pipe(socket));
    expect(await opened.report()).toMatchObject({ alive: true, problem: null });
  });

  it('is dead when the guest closes it', async () => {
    const sockets: Socket[] = [];
    const opened = await open((socket) => sockets.push(socket.pipe(socket)));
    sockets[0]?.destroy();
    expect(await opened.report()).toMatchObject({ alive: false, problem: 'the guest closed the connection' });
  });

  it('is dead when another guest answers, who knows nothing of what was sent', async () => {
    let skip = 0;
    const opened = await open((socket) =>
      socket.on('data', (bytes) => {
        socket.write(bytes.subarray(skip));
        skip = 0;
      }),
    );
    skip = 8;
    const report = await opened.report();
    expect(report.alive).toBe(false);
    expect(report.problem).toMatch(/came back after/);
  });

  it('gives up a guest that never answers', async () => {
    server = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(EchoSession.open('127.0.0.1', port, 200)).rejects.toThrow('brings nothing back');
  });
});
