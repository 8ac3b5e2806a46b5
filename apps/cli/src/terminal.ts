import { once } from 'node:events';
import { wantsColour } from './config.ts';

/** The person's or program's end of a command: everything that a command may touch of the process. */
export interface Terminal {
  /** Standard output is a terminal: it can be redrawn, and somebody may be asked. */
  readonly interactive: boolean;
  readonly columns: number;
  readonly colour: { out: boolean; err: boolean };
  /** Writes to standard output as it is. */
  out(text: string): void;
  err(text: string): void;
  /** All of standard input. */
  input(): Promise<string>;
  confirm(question: string): Promise<boolean>;
  /** Calls back at Ctrl-C, instead of ending the process, until the returned function is called. */
  onInterrupt(listener: () => void): () => void;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  // A reader that has seen enough (`ferry audit | head`) is no failure.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  const colour = wantsColour();
  return {
    interactive: stdout.isTTY,
    get columns() {
      return stdout.columns;
    },
    colour: { out: colour && stdout.isTTY, err: colour && stderr.isTTY },
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    async input() {
      let text = '';
      stdin.setEncoding('utf8').on('data', (chunk) => (text += String(chunk)));
      await once(stdin, 'end');
      return text;
    },
    async confirm(question) {
      const { confirm } = await import('@clack/prompts');
      return (await confirm({ message: question, initialValue: false })) === true;
    },
    onInterrupt(listener) {
      process.once('SIGINT', listener);
      return () => process.removeListener('SIGINT', listener);
    },
  };
}
