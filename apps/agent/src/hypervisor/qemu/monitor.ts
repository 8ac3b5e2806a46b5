import { setTimeout as pause } from 'node:timers/promises';
import type { Instant } from '@ferry/domain';
import { FerryError } from '@ferry/domain';
import {
  migrationStatus,
  QmpBusy,
  QmpClient,
  QmpClosed,
  QmpError,
  QmpProtocolError,
  QmpTimeout,
  type CommandName,
  type Commands,
  type MigrationStatus,
} from '@ferry/qmp';
import { CopyGone, type TransferStage } from '../port.ts';
import { MONITOR_SOCKET } from './command-line.ts';
import { STAGE_OF, statusOf } from './inspect.ts';
import type { QemuProcess } from './process.ts';

const connectMs = 5_000;
const connectAgainMs = 50;
/** A process that is ending lets go of its socket first. */
const endingMs = 500;
/** The guest stands still meanwhile. */
const confirmPollMs = 1;

/**
 * The one connection to a VM's QEMU, made anew whenever it breaks, and what QEMU said over it by itself: the stage of
 * its migration, its passes, and when the CPUs stopped and went on.
 */
export class Monitor {
  stage: TransferStage = 'idle';
  passes = 0;
  /** The transfer has failed in its set-up. */
  refused = false;
  stoppedAt: Instant | null = null;
  readonly #vm: string;
  readonly #directory: string;
  readonly #process: QemuProcess;
  readonly #gone: Promise<CopyGone>;
  readonly #listeners = new Set<() => void>();
  #client: Promise<QmpClient> | null = null;
  #status: MigrationStatus | 'unknown' = 'none';
  #closed = false;

  constructor(vm: string, directory: string, process: QemuProcess) {
    this.#vm = vm;
    this.#directory = directory;
    this.#process = process;
    this.#gone = process.exited.then(async () => new CopyGone(vm, await process.lastWords()));
  }

  /** Resolves, never rejects, when QEMU has ended. */
  get gone(): Promise<CopyGone> {
    return this.#gone;
  }

  /** The connection, made if need be. */
  client(): Promise<QmpClient> {
    // It is another agent's by now, and QEMU has one client at a time.
    if (this.#closed) return Promise.reject(new QmpClosed(`${this.#vm} was let go of`));
    this.#client ??= this.#connect().catch((error: unknown) => {
      this.#client = null;
      throw error;
    });
    return this.#client;
  }

  /** It was let go of. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** The transfer has left its set-up: its connection is there, or it is over. */
  get isSetUp(): boolean {
    return this.#status !== 'none' && this.#status !== 'setup';
  }

  /** Runs a command; its arguments and answer are QEMU's. Errors are the port's. */
  async execute<C extends CommandName>(command: C, args: Commands[C]['arguments']): Promise<Commands[C]['returns']> {
    try {
      const client = await this.client();
      return await client.executeUntyped(command, args);
    } catch (error) {
      throw await this.#translate(error);
    }
  }

  /** Runs a command past QEMU's main loop, which may be waiting for something else. */
  async executeOutOfBand<C extends 'yank' | 'migrate-recover'>(
    command: C,
    args: Commands[C]['arguments'],
  ): Promise<void> {
    try {
      const client = await this.client();
      await client.executeUntyped(command, args, { outOfBand: true });
    } catch (error) {
      throw await this.#translate(error);
    }
  }

  /** The command, and the event that QEMU sends as its effect; when that was, in milliseconds since the epoch. */
  async executeUntil(command: 'cont', event: 'RESUME'): Promise<number> {
    try {
      const client = await this.client();
      const since = client.mark();
      await client.execute(command);
      return (await client.waitFor(event, undefined, { since, timeoutMs: connectMs })).timestampMs;
    } catch (error) {
      throw await this.#translate(error);
    }
  }

  /** Waits until what QEMU says of itself fulfils the condition. Rejects with `CopyGone`, or with the signal's reason. */
  async until(condition: () => boolean, signal: AbortSignal): Promise<void> {
    if (condition()) return;
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const settle = (deed: () => void) => {
        this.#listeners.delete(look);
        signal.removeEventListener('abort', abort);
        deed();
      };
      const look = () => {
        if (condition()) settle(resolve);
      };
      const abort = () => settle(() => reject(signal.reason as Error));
      this.#listeners.add(look);
      signal.addEventListener('abort', abort, { once: true });
      void this.#gone.then((gone) => settle(() => reject(gone)));
      // Events come only over a connection.
      this.client().catch((error: unknown) => settle(() => reject(toError(error))));
    });
  }

  /** A new transfer begins: nothing is known of it yet. */
  forgetTransfer(): void {
    this.stage = 'idle';
    this.passes = 0;
    this.refused = false;
    this.#status = 'none';
    this.stoppedAt = null;
  }

  close(): void {
    this.#closed = true;
    this.#client?.then((client) => client.close()).catch(() => undefined);
  }

  async #connect(): Promise<QmpClient> {
    const stop = new AbortController();
    void this.#gone.then((gone) => stop.abort(gone));
    const client = await QmpClient.connect({
      directory: this.#directory,
      name: MONITOR_SOCKET,
      timeoutMs: connectMs,
      signal: stop.signal,
    });
    const told: string[] = [];
    client.on('MIGRATION', ({ data }) => {
      told.push(data.status);
      const status = migrationStatus(data.status);
      if (status === 'postcopy-active') void this.#confirmPostCopy(client);
      else this.#tell(() => this.#enter(status));
    });
    client.on('MIGRATION_PASS', ({ data }) => this.#tell(() => (this.passes = data.pass)));
    client.on('STOP', ({ timestampMs }) => this.#tell(() => (this.stoppedAt = instant(timestampMs))));
    void client.closed.then(() => this.#process.expectEnd());
    try {
      // What happened before there was anyone to tell it to; an event that came meanwhile is newer.
      const status = statusOf(await client.execute('query-migrate'));
      if (told.length === 0) this.#tell(() => this.#enter(status));
      if (status === 'device') void this.#confirmPostCopy(client);
    } catch (error) {
      // QEMU has one client at a time: kept open, it would let no other in.
      client.close();
      throw error;
    }
    // Not before: the end of one that came to nothing would pass for that of the one after it, which would be held and forgotten.
    void client.closed.then(() => this.#reconnect());
    return client;
  }

  /** QEMU tells of post-copy before it is sure, and not when it is. */
  async #confirmPostCopy(client: QmpClient): Promise<void> {
    for (let asked = true; asked;) {
      try {
        const info = await client.execute('query-migrate');
        const status = statusOf(info);
        this.#tell(() => this.#enter(status));
        asked = status === 'device' && info.status === 'postcopy-active';
        if (asked) await pause(confirmPollMs);
      } catch (error) {
        // One that waits for a page itself says so late, and is brought back over this connection alone.
        if (error instanceof QmpTimeout) continue;
        // Whoever connects next asks again.
        if (!(error instanceof QmpClosed)) client.close();
        return;
      }
    }
  }

  /** Who waits for an event would wait for ever; who calls connects by itself, and is told why that fails. */
  async #reconnect(): Promise<void> {
    this.#client = null;
    while (!this.#closed && this.#listeners.size > 0 && this.#process.mayLive()) {
      const connected = await this.client().then(
        () => true,
        () => false,
      );
      if (connected) return;
      await pause(connectAgainMs);
    }
  }

  #enter(status: MigrationStatus | 'unknown'): void {
    this.refused = status === 'failed' && (this.refused || this.#status === 'setup');
    this.#status = status;
    this.stage = STAGE_OF[status];
  }

  #tell(change: () => void): void {
    change();
    for (const listener of [...this.#listeners]) listener();
  }

  async #translate(error: unknown): Promise<Error> {
    if (error instanceof QmpClosed && (await this.#process.endsWithin(endingMs))) return this.#gone;
    if (error instanceof QmpError) return new FerryError('HYPERVISOR_FAILED', error.message, { cause: error });
    const silent = [QmpTimeout, QmpBusy, QmpClosed, QmpProtocolError].some((kind) => error instanceof kind);
    if (silent) return new FerryError('HYPERVISOR_SILENT', `${this.#vm}: ${String(error)}`, { cause: error });
    return error as Error;
  }
}

export function instant(milliseconds: number): Instant {
  return new Date(milliseconds).toISOString();
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
