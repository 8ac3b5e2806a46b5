import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { Whereabouts } from './port.ts';

/** Time for agents of sources to hear of it, and to try. */
const openMs = 20_000;

/**
 * Listens on a port that the kernel chooses, as it does for a stream, until so many probes were answered or the time is
 * over. Whoever doesn't have the word is sent away. Rejects where the address is none of this host's.
 */
export async function listenForProbes(address: string, probes: number): Promise<Whereabouts> {
  const [question, answer] = [word(), word()];
  let awaited = probes;
  const server = createServer((socket) => {
    hear(socket, question, () => {
      socket.end(answer);
      awaited -= 1;
      if (awaited === 0) server.close();
    });
  });
  server.listen({ host: address, port: 0 });
  await once(server, 'listening');
  const overdue = setTimeout(() => server.close(), openMs);
  server.once('close', () => clearTimeout(overdue));
  server.unref();
  return { address, port: (server.address() as AddressInfo).port, question, answer };
}

function hear(socket: Socket, question: string, then: () => void): void {
  let heard = '';
  // Who goes away has nothing to be told.
  socket.on('error', () => socket.destroy());
  socket.setTimeout(openMs, () => socket.destroy());
  socket.setEncoding('utf8').on('data', (text: string) => {
    heard += text;
    if (heard === question) then();
    else if (heard.length >= question.length) socket.destroy();
  });
}

function word(): string {
  return randomBytes(16).toString('hex');
}
