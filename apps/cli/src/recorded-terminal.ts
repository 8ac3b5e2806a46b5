import type { Terminal } from './terminal.ts';

/** A terminal that keeps what is written to it: the fake of `processTerminal`. */
export class RecordedTerminal implements Terminal {
  readonly interactive: boolean;
  readonly columns = 100;
  readonly colour: { out: boolean; err: boolean };
  stdout = '';
  stderr = '';
  stdin = '';
  confirms = true;
  readonly #interruptListeners = new Set<() => void>();

  constructor({ interactive = false, colour = false } = {}) {
    this.interactive = interactive;
    this.colour = { out: colour, err: colour };
  }

  out(text: string): void {
    this.stdout += text;
  }

  err(text: string): void {
    this.stderr += text;
  }

  input(): Promise<string> {
    return Promise.resolve(this.stdin);
  }

  confirm(): Promise<boolean> {
    return Promise.resolve(this.confirms);
  }

  onInterrupt(listener: () => void): () => void {
    this.#interruptListeners.add(listener);
    return () => this.#interruptListeners.delete(listener);
  }

  interrupt(): void {
    for (const listener of this.#interruptListeners) listener();
  }
}
