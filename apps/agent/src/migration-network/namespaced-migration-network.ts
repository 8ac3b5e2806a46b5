import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { MigrationNetwork, Whereabouts } from './port.ts';
import type { ProbeAnswer, ProbeDeeds } from './probe-messages.ts';

// Found from the sources too.
const program = join(import.meta.dirname, '../../dist/migration-network/probe-program.js');

interface Parts {
  address: string;
  /** The command that runs `command` where QEMU runs. */
  inside(command: readonly string[]): string[];
}

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/** The migration network of a host whose QEMU is in a network namespace: a program in there does what is asked. */
export class NamespacedMigrationNetwork implements MigrationNetwork {
  readonly #parts: Parts;
  readonly #waiting = new Map<number, Waiting>();
  #program: ChildProcess | null = null;
  #asked = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  listen(probes: number): Promise<Whereabouts> {
    return this.#ask('listen', { address: this.#parts.address, probes });
  }

  probe(target: Whereabouts): Promise<string | null> {
    return this.#ask('probe', target);
  }

  prepare(): void {
    this.#running();
  }

  async close(): Promise<void> {
    const running = this.#program;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, 'exit');
    running.kill('SIGKILL');
    await ended;
  }

  #ask<Deed extends keyof ProbeDeeds>(
    deed: Deed,
    input: ProbeDeeds[Deed]['input'],
  ): Promise<ProbeDeeds[Deed]['answer']> {
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve, reject });
      this.#running().send({ id, deed, input }, (error) => error && this.#settle({ id, error: error.message }));
    });
  }

  #running(): ChildProcess {
    if (this.#program !== null) return this.#program;
    const [command = '', ...args] = this.#parts.inside([process.execPath, program]);
    const running = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    running.on('message', (answer: ProbeAnswer) => this.#settle(answer));
    const gone = (why: string) => {
      if (this.#program === running) this.#program = null;
      for (const id of [...this.#waiting.keys()]) this.#settle({ id, error: why });
    };
    running.once('error', ({ message }) => gone(message));
    running.once('exit', (code, signal) => gone(`the program that probes has ended (${code ?? signal})`));
    // The agent does not stay for it.
    running.unref();
    running.channel?.unref();
    this.#program = running;
    return running;
  }

  #settle(answered: ProbeAnswer): void {
    const waiting = this.#waiting.get(answered.id);
    this.#waiting.delete(answered.id);
    if ('error' in answered) waiting?.reject(new Error(answered.error));
    else waiting?.resolve(answered.answer);
  }
}
