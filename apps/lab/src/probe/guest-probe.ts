import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { labMark } from '../processes/marked-processes.ts';
import type { GuestStatus, ProbeAnswer, ProbeCommand, ProbeCommands, ProbeReport } from './probe-messages.ts';

// Also when this file runs from its source, as in tests.
const program = join(import.meta.dirname, '../../dist/probe/client-program.js');

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/** A client of one guest: it pings every 10 ms and holds one TCP session, in the client's namespace. */
export class GuestProbe {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;

  private constructor(child: ChildProcessByStdio<Writable, Readable, null>) {
    this.#child = child;
    createInterface(child.stdout).on('line', (line) => this.#take(JSON.parse(line) as ProbeAnswer));
    child.once('error', (error) => this.#fail(error));
    child.once('exit', () => this.#fail(new Error('the probe has ended')));
    // A write to a probe that has ended is told by the event above.
    child.stdin.on('error', () => undefined);
  }

  /**
   * Starts the program. It ends with this process, or by `close`.
   * @param env its environment, without the lab's mark
   */
  static start(tag: string, namespace: string, address: string, env: Readonly<Record<string, string>>): GuestProbe {
    const child = spawn('ip', ['netns', 'exec', namespace, process.execPath, program, address], {
      // A group of its own: Ctrl-C is the lab's to handle.
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...env, [labMark]: tag },
    });
    return new GuestProbe(child);
  }

  /** Waits until the guest answers on TCP, and begins to watch it. */
  async open(withinMs: number): Promise<void> {
    await this.#ask('open', { withinMs });
  }

  /** What the client saw since `open` or the last `reset`. The session is tried once more first. */
  report(): Promise<ProbeReport> {
    return this.#ask('report', {});
  }

  async reset(): Promise<void> {
    await this.#ask('reset', {});
  }

  /** Watches it no longer, and thus is no load on it; what it is told is passed on as before. */
  async rest(): Promise<void> {
    await this.#ask('rest', {});
  }

  /** Sets how fast the guest writes to its memory, and to how much of it. Zero ends it. */
  async dirty(mibPerSecond: number, workingSetMib: number): Promise<void> {
    const answer = await this.control(`dirty ${mibPerSecond} ${workingSetMib}`);
    if (answer !== 'ok') throw new Error(`the guest refuses to dirty its memory: ${answer}`);
  }

  /** What the guest says of itself. */
  async status(): Promise<GuestStatus> {
    return JSON.parse(await this.control('status')) as GuestStatus;
  }

  /** Sends a line to the guest's control port and returns its answer. */
  control(line: string): Promise<string> {
    return this.#ask('control', { line });
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.stdin.end();
    await exit;
  }

  #ask<C extends ProbeCommand>(command: C, input: ProbeCommands[C]['input']): Promise<ProbeCommands[C]['answer']> {
    const id = this.#nextId++;
    const answer = new Promise<ProbeCommands[C]['answer']>((resolve, reject) => {
      this.#waiting.set(id, { resolve: (value) => resolve(value as ProbeCommands[C]['answer']), reject });
    });
    this.#child.stdin.write(`${JSON.stringify({ id, command, input })}\n`);
    return answer;
  }

  #take(message: ProbeAnswer): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if ('error' in message) waiting?.reject(new Error(message.error));
    else waiting?.resolve(message.answer);
  }

  #fail(error: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}
