import type { Check } from './demo/check.ts';

const style = { bold: [1, 22], dim: [2, 22], green: [32, 39], red: [31, 39] } as const;
type Style = keyof typeof style;

/** Plain lines for people: colours only on a terminal, and never a line that is written twice. */
export class Terminal {
  readonly #colours: boolean;
  readonly #write: (text: string) => void;
  readonly #began = performance.now();

  constructor(
    write: (text: string) => void = (text) => process.stdout.write(text),
    colours: boolean = process.stdout.isTTY && process.stdout.hasColors(),
  ) {
    this.#write = write;
    this.#colours = colours;
  }

  heading(text: string): void {
    this.#write(`\n${this.#styled('bold', text)}\n`);
  }

  line(text = ''): void {
    this.#write(text === '' ? '\n' : `  ${text}\n`);
  }

  /** What happened now, with the time since the beginning. */
  event(text: string): void {
    const seconds = ((performance.now() - this.#began) / 1000).toFixed(2).padStart(7);
    this.#write(`${this.#styled('dim', `${seconds} s`)}  ${text}\n`);
  }

  check({ name, holds, value }: Check): void {
    const mark = holds ? this.#styled('green', '✓') : this.#styled('red', '✗');
    this.#write(`  ${mark} ${name.padEnd(38)} ${value}\n`);
  }

  /** A command to type. */
  command(text: string, meaning: string): void {
    this.#write(`  ${text.padEnd(58)} ${this.#styled('dim', meaning)}\n`);
  }

  warning(text: string): void {
    this.#write(`  ${this.#styled('red', '!')} ${text}\n`);
  }

  #styled(name: Style, text: string): string {
    const [on, off] = style[name];
    return this.#colours ? `\x1b[${on}m${text}\x1b[${off}m` : text;
  }
}
