import { FerryClient } from '@ferry/client';
import { readConfig } from './config.ts';
import { createInk, type Ink } from './display/ink.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** One run of `ferry`: what its command works with, and what it will exit with. */
export class Session {
  readonly terminal: Terminal;
  readonly ink: Ink;
  /** For programs: JSON instead of words. */
  json = false;
  exitCode: ExitCode = EXIT.OK;
  readonly #environment: NodeJS.ProcessEnv | undefined;
  #client: FerryClient | undefined;

  constructor(terminal: Terminal, environment?: NodeJS.ProcessEnv) {
    this.terminal = terminal;
    this.ink = createInk(terminal.colour.out);
    this.#environment = environment;
  }

  /** Made when it is first needed: help must not fail for a malformed setting. */
  get client(): FerryClient {
    if (this.#client === undefined) {
      const { apiUrl, actor } = readConfig(this.#environment);
      this.#client = new FerryClient({ baseUrl: apiUrl, actor });
    }
    return this.#client;
  }

  print(line: string): void {
    this.terminal.out(`${line}\n`);
  }

  /** The command's one answer: a JSON document for programs, words for people. */
  answer(value: unknown, words: () => string): void {
    this.print(this.json ? JSON.stringify(value, null, 2) : words());
  }
}
