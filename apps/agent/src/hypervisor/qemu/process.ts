import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { FerryError } from '@ferry/domain';
import { identify, isAlive, type ProcessIdentity } from '@ferry/processes';
import { withoutPrecedence } from '../../precedence.ts';

const STDERR_FILE = 'stderr.log';
const lastWordsBytes = 2_000;
/** How long QEMU may take to end in order before it is killed. */
const patienceMs = 2_000;
/** A process that was not started here tells nobody of its end: it is looked at, at once when its monitor closes. */
const watchMs = 250;
const nearTheEndMs = 5;

/** A QEMU that outlives the agent. */
export class QemuProcess {
  readonly identity: ProcessIdentity;
  /** Resolves once it has ended. */
  readonly exited: Promise<void>;
  readonly #directory: string;
  readonly #unwatched = new AbortController();
  #watchCloselyUntil = 0;

  private constructor(identity: ProcessIdentity, directory: string, exited?: Promise<void>) {
    this.identity = identity;
    this.#directory = directory;
    this.exited = exited ?? this.#watch();
  }

  /**
   * Starts it in its own session, in `directory`, with its error stream kept there. `inherited` becomes its descriptor 3.
   * Throws `HYPERVISOR_FAILED` where the program can't be run.
   */
  static async start(command: readonly string[], directory: string, inherited: number | null): Promise<QemuProcess> {
    const [program = '', ...args] = withoutPrecedence(command);
    const errors = await open(join(directory, STDERR_FILE), 'w', 0o600);
    try {
      const child = spawn(program, args, {
        cwd: directory,
        detached: true,
        stdio: ['ignore', 'ignore', errors.fd, ...(inherited === null ? [] : [inherited])],
      });
      const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      await once(child, 'spawn');
      child.unref();
      const identity = identify(child.pid ?? 0);
      if (!identity) throw new Error(`${program} ended at once: ${await lastWords(directory)}`);
      return new QemuProcess(identity, directory, exited);
    } catch (cause) {
      throw new FerryError('HYPERVISOR_FAILED', cause instanceof Error ? cause.message : String(cause), { cause });
    } finally {
      await errors.close();
    }
  }

  /** One that was there before. */
  static adopt(identity: ProcessIdentity, directory: string): QemuProcess {
    return new QemuProcess(identity, directory);
  }

  /** Throws where that can't be said now. */
  isAlive(): boolean {
    return isAlive(this.identity);
  }

  /** Who can't be looked at now is not dead because of that. */
  mayLive(): boolean {
    try {
      return this.isAlive();
    } catch {
      return true;
    }
  }

  /** What it wrote last on its error stream. */
  lastWords(): Promise<string> {
    return lastWords(this.#directory);
  }

  /** It seems to end: look closely. */
  expectEnd(): void {
    this.#watchCloselyUntil = performance.now() + patienceMs;
  }

  /** Whether it is gone, now or within a while. */
  async endsWithin(milliseconds: number): Promise<boolean> {
    if (!this.isAlive()) return true;
    this.expectEnd();
    const waiting = new AbortController();
    const late = pause(milliseconds, false, { signal: waiting.signal }).catch(() => false);
    const ended = await Promise.race([this.exited.then(() => true), late]);
    waiting.abort();
    return ended;
  }

  /** Asks it to end, then makes it; or makes it at once. Returns once it is gone. */
  async end(how: 'in-order' | 'at-once'): Promise<void> {
    const signals = how === 'in-order' ? (['SIGTERM', 'SIGKILL'] as const) : (['SIGKILL'] as const);
    for (const signal of signals) {
      if (!this.isAlive()) return;
      process.kill(this.identity.pid, signal);
      if (await this.endsWithin(patienceMs)) return;
    }
    throw new FerryError('HYPERVISOR_SILENT', `process ${this.identity.pid} does not end, even killed`);
  }

  /** Stops watching; it runs on. */
  unwatch(): void {
    this.#unwatched.abort();
  }

  async #watch(): Promise<void> {
    const { signal } = this.#unwatched;
    while (this.mayLive()) {
      // Nobody may take an end of watching for its end.
      if (signal.aborted) return new Promise(() => undefined);
      const interval = performance.now() < this.#watchCloselyUntil ? nearTheEndMs : watchMs;
      await pause(interval, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}

async function lastWords(directory: string): Promise<string> {
  const text = await readFile(join(directory, STDERR_FILE), 'utf8').catch(() => '');
  return text.slice(-lastWordsBytes).trim();
}
