import { appendFileSync, existsSync } from 'node:fs';

/** Where simulators tell when their guests' CPUs run, one line each time, if a test has made this file before they start. */
export function runLogPath(imagePath: string): string {
  return `${imagePath}.simulator-runs`;
}

/** One line of it: the process's working directory tells whose copy it is. */
export interface RunLogEntry {
  readonly at: bigint;
  readonly pid: number;
  readonly what: 'runs' | 'stands';
  readonly directory: string;
}

export function parseRunLog(text: string): RunLogEntry[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [at = '', pid = '', what = '', ...directory] = line.split(' ');
      return { at: BigInt(at), pid: Number(pid), what: what as RunLogEntry['what'], directory: directory.join(' ') };
    });
}

/** Tells, where somebody wants to know: two copies that run at once for a moment leave no other trace. */
export class RunLog {
  readonly #path: string | null;

  constructor(imagePath: string | undefined) {
    const path = imagePath === undefined ? null : runLogPath(imagePath);
    this.#path = path !== null && existsSync(path) ? path : null;
  }

  tell(what: RunLogEntry['what']): void {
    if (this.#path === null) return;
    // The clock is the machine's, the same for all its processes.
    appendFileSync(this.#path, `${process.hrtime.bigint()} ${process.pid} ${what} ${process.cwd()}\n`);
  }
}
