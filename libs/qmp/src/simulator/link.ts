import { createReadStream, createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { JsonLines } from '../framing.ts';
import type { Credentials } from './credentials.ts';
import { MigrationFailure } from './faults.ts';
import type { GuestState } from './machine.ts';
import { secure } from './secure.ts';

/**
 * The simulator's migration stream, a line of JSON each:
 *
 *   source                                  destination
 *   header (what must match)  ─────────────▶ checks it, or exits
 *   pages (how many bytes)    ─────────────▶
 *                             ◀───────────── received (bytes): the window in place of TCP's
 *   state (the guest)         ─────────────▶ loads it: `completed`
 *                             ◀───────────── loaded: the return path's answer
 *
 * In post-copy the state says that it is `split`, pages follow it, and `end` comes before the answer. On a connection that
 * takes the place of a broken one the source begins with `resume`, and the destination answers `resumed`.
 *
 * Pages are counted, not carried: the accounting, the pace and the back-pressure are those of the bytes they stand for.
 */
export type Message =
  | { kind: 'header'; machineType: string; memoryBytes: number; uuid?: string; multifd: string }
  | { kind: 'pages'; bytes: number }
  | { kind: 'received'; bytes: number }
  | { kind: 'state'; guest: GuestState; split?: true }
  | { kind: 'end' }
  | { kind: 'resume' }
  | { kind: 'resumed' }
  | { kind: 'loaded' };

/** How QEMU words the loss of the other end, as the source and as the destination. */
export const writeBroken = 'Unable to write to socket: Bad file descriptor';
export const readBroken = 'check_section_footer: Read section footer failed: -5';

/** What lies in socket buffers between two QEMUs. */
const windowBytes = 1024 ** 2;

/** One end of a migration stream. It tells of its end only to who uses it, as a QEMU in `pre-switchover` sees nothing. */
export class Link {
  readonly #readable: Readable | undefined;
  readonly #writable: Writable | undefined;
  readonly #lines = new JsonLines();
  readonly #received: Message[] = [];
  #outstanding = 0;
  #first = true;
  #broken: Error | undefined;
  #cut = false;
  #wake: () => void = () => undefined;

  /** `brokenAs` is how this end's QEMU words the loss of the other. */
  constructor(readable: Readable | undefined, writable: Writable | undefined, brokenAs: string) {
    this.#readable = readable;
    this.#writable = writable;
    readable?.on('data', (chunk: Buffer) => this.#receive(chunk));
    const broken = () => this.#break(new MigrationFailure(brokenAs));
    readable?.on('end', broken);
    for (const end of [readable, writable]) end?.on('error', broken).on('close', broken);
  }

  static ofSocket(socket: Socket, brokenAs: string): Link {
    socket.setNoDelay(true);
    return new Link(socket, socket, brokenAs);
  }

  /** Sends; throws `MigrationFailure` when the other end is known to be gone. */
  send(message: Message): void {
    if (this.#broken) throw this.#broken;
    if (message.kind === 'pages' && this.#readable) this.#outstanding += message.bytes;
    if (!this.#cut) this.#writable?.write(`${JSON.stringify(message)}\n`);
  }

  /** A file has no way back. */
  get hasReturnPath(): boolean {
    return this.#readable !== undefined;
  }

  /** Whether buffers hold more than is under way. Throws as `send`: who waits for room hears of the end too. */
  hasRoom(): boolean {
    if (this.#broken) throw this.#broken;
    return this.#outstanding < windowBytes;
  }

  /** The next message. Throws `MigrationFailure` at the end, or the signal's reason. */
  async next(signal: AbortSignal): Promise<Message> {
    for (;;) {
      signal.throwIfAborted();
      const message = this.#received.shift();
      if (message) return message;
      if (this.#broken) throw this.#broken;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal.onabort = () => resolve();
      });
    }
  }

  /** Nothing passes any more, and nobody is told. */
  cut(): void {
    this.#cut = true;
    this.#readable?.removeAllListeners('data').pause();
  }

  get isCut(): boolean {
    return this.#cut;
  }

  /** Sends what is left and closes. Throws `MigrationFailure` where the other end is gone meanwhile. */
  async finish(): Promise<void> {
    if (!this.#writable || this.#writable.destroyed || this.#writable.writableFinished) return;
    this.#writable.end();
    try {
      await once(this.#writable, 'finish');
    } catch (error) {
      throw this.#broken ?? error;
    }
  }

  destroy(): void {
    this.#readable?.destroy();
    this.#writable?.destroy();
  }

  #receive(chunk: Buffer): void {
    if (this.#cut) return;
    if (this.#first && chunk[0] !== 0x7b) this.#break(new MigrationFailure('Not a migration stream'));
    this.#first = false;
    for (const message of this.#parse(chunk)) {
      if (message.kind === 'received') this.#outstanding -= message.bytes;
      else this.#received.push(message);
    }
    this.#wake();
  }

  #parse(chunk: Buffer): Message[] {
    try {
      return this.#lines.push(chunk) as unknown as Message[];
    } catch {
      this.#break(new MigrationFailure('Not a migration stream'));
      return [];
    }
  }

  #break(reason: Error): void {
    if (this.#cut) return;
    this.#broken ??= reason;
    this.#wake();
  }
}

/** Opens the source's end of `tcp:host:port`, `unix:path` or `exec:cat > file`. Throws `MigrationFailure`. */
export async function openLink(uri: string, signal: AbortSignal, credentials: Credentials | null): Promise<Link> {
  const file = /^exec:\s*cat\s*>\s*(\S+)\s*$/.exec(uri)?.[1];
  if (file !== undefined) return new Link(undefined, createWriteStream(file), writeBroken);
  const address = linkAddress(uri);
  const socket = connect(address);
  const abort = () => socket.destroy(signal.reason as Error);
  signal.addEventListener('abort', abort);
  try {
    await once(socket, 'connect');
    return Link.ofSocket(credentials ? await secure(socket, credentials) : socket, writeBroken);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof MigrationFailure) throw error;
    throw new MigrationFailure(`Failed to connect to '${uri.slice(uri.indexOf(':') + 1)}': ${reasonOf(error)}`);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Reads a saved state: `exec:cat file` or `fd:number`. `undefined` for addresses to listen on. */
export function openSavedState(uri: string): Link | undefined {
  const file = /^exec:\s*cat\s+(\S+)\s*$/.exec(uri)?.[1];
  if (file !== undefined) return new Link(createReadStream(file), undefined, readBroken);
  const descriptor = /^fd:(\d+)$/.exec(uri)?.[1];
  return descriptor === undefined
    ? undefined
    : new Link(createReadStream('', { fd: Number(descriptor) }), undefined, readBroken);
}

/** Where to connect or to listen. Throws `MigrationFailure` for what QEMU would understand and the simulator does not. */
export function linkAddress(uri: string): { host: string; port: number } | { path: string } {
  const unix = /^unix:(.+)$/.exec(uri)?.[1];
  if (unix !== undefined) return { path: unix };
  const tcp = /^tcp:(.*):(\d+)$/.exec(uri);
  if (!tcp) throw new MigrationFailure(`unknown migration protocol: ${uri}`);
  return { host: (tcp[1] ?? '').replace(/^\[(.*)\]$/, '$1') || '0.0.0.0', port: Number(tcp[2]) };
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const words: Record<string, string> = {
    ECONNREFUSED: 'Connection refused',
    ENETUNREACH: 'Network is unreachable',
    EHOSTUNREACH: 'No route to host',
  };
  return words[code ?? ''] ?? message;
}
