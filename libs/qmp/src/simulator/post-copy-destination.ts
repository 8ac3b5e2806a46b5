import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { MigrationStatus } from '../protocol.ts';
import { CommandError } from './command-error.ts';
import { MigrationFailure } from './faults.ts';
import { Link, linkAddress, readBroken } from './link.ts';
import type { MigrationSettings } from './migration-settings.ts';
import { secure } from './secure.ts';

/** The destination's part of post-copy: it fetches what it lacks, over as many connections as it takes. */
export class PostCopyDestination {
  readonly #settings: MigrationSettings;
  readonly #tell: { enter(status: MigrationStatus): void; listening(): void };
  #interrupt = new AbortController();
  #link: Link | null = null;
  #reconnect: ((link: Link) => void) | null = null;

  constructor(settings: MigrationSettings, tell: { enter(status: MigrationStatus): void; listening(): void }) {
    this.#settings = settings;
    this.#tell = tell;
  }

  get hasLink(): boolean {
    return this.#link !== null;
  }

  /** Breaks the link: it waits for another. */
  yank(): void {
    this.#interrupt.abort(new MigrationFailure(readBroken));
  }

  /** Resolves with the link over which the last page came. */
  async fetch(first: Link): Promise<Link> {
    for (let link = first; ;) {
      try {
        if (link !== first) await this.#resume(link);
        await this.#receive(link);
        this.#link = null;
        return link;
      } catch (error) {
        if (!(error instanceof MigrationFailure)) throw error;
        link.destroy();
        link = await this.#nextConnection();
      }
    }
  }

  /** Listens for the source to connect again; resolves when it does. Throws `CommandError`. */
  async recover(uri: string): Promise<void> {
    const server = createServer((socket) => void this.#accept(socket).then((taken) => taken && server.close()));
    server.listen(linkAddress(uri));
    try {
      await once(server, 'listening');
    } catch (error) {
      throw new CommandError(`Failed to find an available port: ${(error as Error).message}`);
    }
    this.#tell.listening();
  }

  async #receive(link: Link): Promise<void> {
    this.#link = link;
    for (;;) {
      const message = await link.next(this.#interrupt.signal);
      if (message.kind === 'pages') link.send({ kind: 'received', bytes: message.bytes });
      else if (message.kind === 'end') return;
    }
  }

  async #nextConnection(): Promise<Link> {
    this.#link = null;
    this.#interrupt = new AbortController();
    process.stderr.write('qemu-system-x86_64: Detected IO failure for postcopy. Migration paused.\n');
    this.#tell.enter('postcopy-paused');
    const link = await new Promise<Link>((resolve) => (this.#reconnect = resolve));
    this.#reconnect = null;
    return link;
  }

  async #resume(link: Link): Promise<void> {
    this.#link = link;
    await link.next(this.#interrupt.signal);
    this.#tell.enter('postcopy-recover');
    link.send({ kind: 'resumed' });
    this.#tell.enter('postcopy-active');
  }

  async #accept(socket: Socket): Promise<boolean> {
    try {
      const { credentials } = this.#settings;
      const stream = credentials ? await secure(socket, credentials) : socket;
      const reconnect = this.#reconnect;
      if (reconnect) reconnect(Link.ofSocket(stream, readBroken));
      else socket.destroy();
      return true;
    } catch (error) {
      if (!(error instanceof MigrationFailure)) throw error;
      socket.destroy();
      return false;
    }
  }
}
