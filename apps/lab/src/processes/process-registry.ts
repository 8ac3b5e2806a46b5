import { identify, isAlive, type ProcessIdentity } from '@ferry/processes';
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { labMark } from './marked-processes.ts';
import { end, gone, signal } from './end-process.ts';

/** How to start one of the lab's processes. */
export interface ProcessSpec {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  /** All of its environment, save the lab's mark. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** What asks it to end. Postgres takes SIGINT for a fast end; SIGTERM waits for its clients. */
  readonly stopSignal?: NodeJS.Signals;
  /** Whether it does its work by now. It is asked again while it answers false or fails. */
  readonly ready: (start: ProcessStart) => Promise<boolean>;
}

/** One start of a process. */
export interface ProcessStart extends ProcessRecord {
  /** In ms since 1970. */
  readonly startedAt: number;
  /** What it has written since. */
  output(): string;
}

/** A process of the lab did not get ready. The message holds its last words. */
export class NotReady extends Error {
  override readonly name = 'NotReady';
}

/** What is written down of a process, so that a later run finds exactly it. */
export interface ProcessRecord extends ProcessIdentity {
  readonly name: string;
  readonly stopSignal: NodeJS.Signals;
}

const graceMs = 8_000;
const readyWithinMs = 30_000;
const lastWordsBytes = 1_500;

/**
 * The detached processes of a lab. Each has a record in `processes/` and its output in `logs/`, and outlives the
 * process that started it.
 */
export class ProcessRegistry {
  readonly #directory: string;
  readonly #tag: string;
  readonly #specs = new Map<string, ProcessSpec>();

  constructor(directory: string, tag: string) {
    this.#directory = directory;
    this.#tag = tag;
    mkdirSync(join(directory, 'processes'), { recursive: true });
    mkdirSync(join(directory, 'logs'), { recursive: true });
  }

  /**
   * Starts a process and waits until it is ready.
   * @param signal gives up waiting; the process stays
   * @throws NotReady when it ends instead, or is not ready within half a minute
   * @throws when one of its name lives, or the program can't be started
   */
  async start(spec: ProcessSpec, signal?: AbortSignal): Promise<void> {
    const start = this.launch(spec);
    const deadline = performance.now() + readyWithinMs;
    let last: unknown;
    for (;;) {
      signal?.throwIfAborted();
      const ready = await spec.ready(start).catch((error: unknown) => {
        last = error;
        return false;
      });
      if (ready) return;
      const ended = !isAlive(start);
      if (ended || performance.now() > deadline) {
        const what = ended ? 'ended instead of getting ready' : `is not ready after ${readyWithinMs / 1000} s`;
        throw new NotReady(`${spec.name} ${what}. ${lastWords(start.output())}`, { cause: last });
      }
      await delay(100);
    }
  }

  /**
   * Starts a process without waiting for anything.
   * @throws NotReady when it has ended already
   * @throws when one of its name lives, or the program can't be started
   */
  launch(spec: ProcessSpec): ProcessStart {
    const before = this.find(spec.name);
    if (before !== null && isAlive(before)) throw new Error(`${spec.name} runs already, as process ${before.pid}`);
    const logPath = this.logPath(spec.name);
    const log = openSync(logPath, 'a');
    const offset = statSync(logPath).size;
    const child = spawn(spec.program, spec.args, {
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...spec.env, [labMark]: this.#tag },
      ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }),
    });
    closeSync(log);
    // Without a listener the event would end this process; that there is no process is told below.
    child.once('error', () => undefined);
    child.unref();
    if (child.pid === undefined) throw new Error(`${spec.name} could not be started: ${spec.program}`);
    const output = () => readFileSync(logPath).subarray(offset).toString();
    const identity = identify(child.pid);
    if (identity === null) throw new NotReady(`${spec.name} ended at once. ${lastWords(output())}`);
    const record = { name: spec.name, ...identity, stopSignal: spec.stopSignal ?? 'SIGTERM' };
    writeFileSync(this.#recordPath(spec.name), `${JSON.stringify(record)}\n`);
    this.#specs.set(spec.name, spec);
    return { ...record, startedAt: Date.now(), output };
  }

  /** Ends a process in order; after the grace time by SIGKILL. Does nothing when it is gone already. */
  async stop(name: string): Promise<void> {
    const record = this.find(name);
    if (record === null) return;
    await end(record, record.stopSignal, graceMs);
    rmSync(this.#recordPath(name), { force: true });
  }

  /** Ends a process as a power failure would, and waits until it is gone. */
  async kill9(name: string): Promise<void> {
    const record = this.#living(name);
    signal(record, 'SIGKILL');
    if (!(await gone(record, 5_000))) throw new Error(`${name} survives SIGKILL`);
  }

  /** Starts a process that has ended, as it was started before, and waits until it is ready. */
  async restart(name: string): Promise<void> {
    const spec = this.#specs.get(name);
    if (spec === undefined) throw new RangeError(`this run has not started ${name}`);
    await this.start(spec);
  }

  freeze(name: string): void {
    signal(this.#living(name), 'SIGSTOP');
  }

  thaw(name: string): void {
    signal(this.#living(name), 'SIGCONT');
  }

  /** The process of that name as it was last started, living or not. */
  find(name: string): ProcessRecord | null {
    return this.records().find((record) => record.name === name) ?? null;
  }

  isAlive(name: string): boolean {
    const record = this.find(name);
    return record !== null && isAlive(record);
  }

  records(): ProcessRecord[] {
    const folder = join(this.#directory, 'processes');
    return readdirSync(folder).flatMap((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      // Whoever wrote it was killed before the first byte: the mark finds that process.
      return text === '' ? [] : [JSON.parse(text) as ProcessRecord];
    });
  }

  logPath(name: string): string {
    return join(this.#directory, 'logs', `${name}.log`);
  }

  #living(name: string): ProcessRecord {
    const record = this.find(name);
    if (record === null || !isAlive(record)) throw new Error(`${name} does not run`);
    return record;
  }

  #recordPath(name: string): string {
    return join(this.#directory, 'processes', `${name}.json`);
  }
}

function lastWords(output: string): string {
  return `Its last words:\n${output.slice(-lastWordsBytes).trim()}`;
}
