import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * A TCP link to a server that a test can cut (connections are refused), freeze (bytes stop, connections stay) and
 * restore: how a server that is away looks to its clients.
 */
export class CuttableLink {
  readonly #to: { host: string; port: number };
  readonly #pairs = new Set<[Socket, Socket]>();
  #server = createServer();
  #frozen = false;
  port = 0;

  constructor(to: { host: string; port: number }) {
    this.#to = to;
  }

  async restore(): Promise<void> {
    this.#frozen = false;
    for (const pair of this.#pairs) for (const socket of pair) socket.resume();
    if (this.#server.listening) return;
    this.#server = createServer((client) => this.#join(client));
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
  }

  async cut(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    await closed;
  }

  freeze(): void {
    this.#frozen = true;
    for (const pair of this.#pairs) for (const socket of pair) socket.pause();
  }

  #join(client: Socket): void {
    const server = connect(this.#to);
    const pair: [Socket, Socket] = [client, server];
    this.#pairs.add(pair);
    for (const [from, to] of [pair, [server, client]] as const) {
      from.on('data', (chunk) => void to.write(chunk));
      from.on('error', () => undefined); // its 'close' follows
      from.on('close', () => {
        to.destroy();
        this.#pairs.delete(pair);
      });
      if (this.#frozen) from.pause();
    }
  }
}
