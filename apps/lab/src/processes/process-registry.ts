import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { labMark } from './marked-processes.ts';
import { end, gone, identify, isAlive, signal, type ProcessIdentity } from './process-identity.ts';

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
}

/** What is written down of a process, so that a later run finds exactly it. */
export interface ProcessRecord extends ProcessIdentity {
  readonly name: string;
  readonly stopSignal: NodeJS.Signals;
}

const graceMs = 8_000;

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
   * Starts a process. Whether it is ready is another question: `untilReady`.
   * @throws when one of its name lives, or the program can't be started
   */
  start(spec: ProcessSpec): ProcessRecord {
    const before = this.find(spec.name);
    if (before !== null && isAlive(before)) throw new Error(`${spec.name} runs already, as process ${before.pid}`);
    const log = openSync(this.logPath(spec.name), 'a');
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
    const identity = child.pid === undefined ? null : identify(child.pid);
    if (identity === null) throw new Error(`${spec.name} could not be started: ${spec.program}`);
    const record = { name: spec.name, ...identity, stopSignal: spec.stopSignal ?? 'SIGTERM' };
    writeFileSync(this.#recordPath(spec.name), `${JSON.stringify(record)}\n`);
    this.#specs.set(spec.name, spec);
    return record;
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

  /** Starts a process that has ended, as it was started before. */
  restart(name: string): ProcessRecord {
    const spec = this.#specs.get(name);
    if (spec === undefined) throw new RangeError(`this run has not started ${name}`);
    return this.start(spec);
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

  /** The last lines that a process wrote. */
  lastWords(name: string): string {
    return readFileSync(this.logPath(name), 'utf8').trimEnd().split('\n').slice(-8).join('\n');
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
