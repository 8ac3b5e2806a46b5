import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { MigrationInfo, MigrationStatus } from '../protocol.ts';
import { CommandError } from './command-error.ts';
import { MigrationFailure } from './faults.ts';
import { Link, linkAddress, type Message, openSavedState, readBroken } from './link.ts';
import type { GuestState, Machine } from './machine.ts';
import type { MigrationSettings } from './migration-settings.ts';
import { PostCopyDestination } from './post-copy-destination.ts';
import { secure } from './secure.ts';

type Header = Extract<Message, { kind: 'header' }>;

/** The incoming migration of a simulator that was started to wait for one. When it breaks, the process ends. */
export class MigrationDestination {
  readonly #machine: Machine;
  readonly #settings: MigrationSettings;
  readonly #exit: (status: number) => void;
  readonly #interrupt = new AbortController();
  #status: MigrationStatus | undefined;
  #addresses: MigrationInfo['socket-address'];
  #link: Link | undefined;
  readonly #postCopy: PostCopyDestination;

  constructor(machine: Machine, settings: MigrationSettings, exit: (status: number) => void) {
    this.#machine = machine;
    this.#settings = settings;
    this.#exit = exit;
    this.#postCopy = new PostCopyDestination(settings, {
      enter: (status) => this.#enter(status),
      // QEMU says so, and is paused all the same.
      listening: () => this.#machine.emit('MIGRATION', { status: 'setup' }),
    });
  }

  get hasLink(): boolean {
    return this.#status === 'setup' || this.#status === 'active' || this.#postCopy.hasLink;
  }

  describe(): MigrationInfo {
    const told = this.#status === undefined || this.#status === 'setup' ? {} : { status: this.#status };
    return this.#status === 'completed' || !this.#addresses ? told : { ...told, 'socket-address': this.#addresses };
  }

  /** `migrate-incoming`, and what `-incoming` says beside `defer`. Resolves when it listens. */
  async start(uri: string): Promise<void> {
    if (this.#status !== undefined) throw new CommandError('The incoming migration has already been started');
    const saved = openSavedState(uri);
    if (saved) {
      this.#enter('setup');
      void this.#receive(saved);
      return;
    }
    const address = linkAddress(uri);
    if ('path' in address) rmSync(address.path, { force: true });
    const server = createServer();
    server.listen(address);
    try {
      await once(server, 'listening');
    } catch (error) {
      throw new CommandError(`Failed to listen on '${uri.slice(uri.indexOf(':') + 1)}': ${(error as Error).message}`);
    }
    this.#addresses = [listeningAddress(server, address)];
    this.#enter('setup');
    server.on('connection', (socket) => void this.#accept(socket, server));
    this.#interrupt.signal.addEventListener('abort', () => server.close());
  }

  /** Breaks the link: the process ends, unless post-copy has begun. */
  yank(): void {
    if (this.#postCopy.hasLink) this.#postCopy.yank();
    else this.#interrupt.abort(new MigrationFailure(readBroken));
  }

  /** `migrate-recover`. Resolves when it listens. */
  async recover(uri: string): Promise<void> {
    if (this.#status !== 'postcopy-paused')
      throw new CommandError('Migrate recover can only be run when postcopy is paused.');
    await this.#postCopy.recover(uri);
  }

  /** Who does not have the key is sent away, and it goes on listening. */
  async #accept(socket: Socket, server: Server): Promise<void> {
    if (this.#link) return void socket.destroy();
    try {
      const { credentials } = this.#settings;
      const stream = credentials ? await secure(socket, credentials) : socket;
      server.close();
      await this.#receive(Link.ofSocket(stream, readBroken));
    } catch (error) {
      if (!(error instanceof MigrationFailure)) throw error;
      process.stderr.write(`qemu-system-x86_64: ${error.message}\n`);
      socket.destroy();
    }
  }

  async #receive(link: Link): Promise<void> {
    this.#link = link;
    this.#enter('active');
    try {
      await this.#strike('active');
      this.#check(await this.#expectHeader());
      const { guest, split } = await this.#receivePages(link);
      if (split) await this.#fetch(link, guest);
      else await this.#load(guest);
    } catch (error) {
      this.#fail((this.#interrupt.signal.reason ?? error) as Error);
    }
  }

  async #receivePages(link: Link): Promise<Extract<Message, { kind: 'state' }>> {
    for (;;) {
      const message = await link.next(this.#interrupt.signal);
      if (message.kind === 'pages') link.send({ kind: 'received', bytes: message.bytes });
      else if (message.kind === 'state') return message;
    }
  }

  /** The guest may run from here on; what it lacks is fetched meanwhile. */
  async #fetch(link: Link, guest: GuestState): Promise<void> {
    this.#enter('postcopy-active');
    // QEMU opens the images here, whatever was said of late activation.
    this.#machine.settleAsDestination(guest, false);
    await this.#strike('postcopy-active');
    this.#link = await this.#postCopy.fetch(link);
    this.#enter('completed');
    await this.#answer();
  }

  async #load(guest: GuestState): Promise<void> {
    await this.#strike('device');
    this.#machine.settleAsDestination(guest, this.#settings.has('late-block-activate'));
    this.#enter('completed');
    if ((await this.#strike('answer')) === 'lose-answer') this.#link?.destroy();
    else if (!this.#link?.isCut) await this.#answer();
    await this.#strike('completed');
  }

  /** The source may be gone by now; this side has all it needs. */
  async #answer(): Promise<void> {
    try {
      this.#link?.send({ kind: 'loaded' });
      await this.#link?.finish();
    } catch (error) {
      if (!(error instanceof MigrationFailure)) throw error;
    }
  }

  async #expectHeader(): Promise<Header> {
    const first = await this.#link?.next(this.#interrupt.signal);
    if (first?.kind !== 'header') throw new MigrationFailure('Not a migration stream');
    return first;
  }

  #check(header: Header): void {
    const { machineType, uuid } = this.#machine.configuration;
    const bytes = this.#machine.memory.bytes;
    const hex = (size: number) => `0x${size.toString(16)}`;
    if (header.machineType !== machineType) {
      throw new MigrationFailure(`Machine type received is '${header.machineType}' and local is '${machineType}'`);
    }
    if (this.#settings.has('validate-uuid') && header.uuid !== undefined && header.uuid !== uuid) {
      throw new MigrationFailure(`UUID received is ${header.uuid} and local is ${uuid}`);
    }
    if (header.memoryBytes !== bytes) {
      throw new MigrationFailure(
        `Size mismatch: pc.ram: ${hex(header.memoryBytes)} != ${hex(bytes)}: Invalid argument`,
      );
    }
    // QEMU waits for channels that never come.
    if (header.multifd !== this.#settings.multifd) this.#link?.cut();
  }

  #fail(error: Error): void {
    process.stderr.write(
      `qemu-system-x86_64: ${error.message}\nqemu-system-x86_64: load of migration failed: Invalid argument\n`,
    );
    this.#enter('failed');
    this.#link?.destroy();
    this.#exit(1);
  }

  async #strike(
    point: 'active' | 'device' | 'postcopy-active' | 'answer' | 'completed',
  ): Promise<'cut-link' | 'lose-answer' | undefined> {
    const deed = await this.#machine.faults.strike('destination', point, this.#interrupt.signal);
    if (deed === 'cut-link') this.#link?.cut();
    return deed;
  }

  #enter(status: MigrationStatus): void {
    this.#status = status;
    if (this.#settings.has('events')) this.#machine.emit('MIGRATION', { status });
  }
}

function listeningAddress(
  server: Server,
  asked: ReturnType<typeof linkAddress>,
): NonNullable<MigrationInfo['socket-address']>[number] {
  if ('path' in asked) return { type: 'unix', path: asked.path };
  const { port } = server.address() as AddressInfo;
  return { type: 'inet', host: asked.host, port: String(port), ipv4: true };
}
