import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { EXIT, EXIT_MEANING } from './exit-codes.ts';
import { run } from './program.ts';
import { RecordedTerminal } from './recorded-terminal.ts';

const README = new URL('../README.md', import.meta.url);

it('the README lists every exit code with its meaning, and no other', async () => {
  const rows = (await readFile(README, 'utf8')).matchAll(/^\| (\d+) +\| (.+?) +\|$/gm);
  const documented: Record<string, string> = Object.fromEntries(
    [...rows].map(([, code = '', meaning = '']): [string, string] => [code, meaning]),
  );
  expect(documented).toEqual(EXIT_MEANING);
  expect(Object.keys(EXIT_MEANING)).toHaveLength(Object.keys(EXIT).length);
});

it('the help lists every exit code, and every command is in the README', async () => {
  const terminal = new RecordedTerminal();
  expect(await run(['--help'], terminal, {})).toBe(EXIT.OK);
  for (const meaning of Object.values(EXIT_MEANING)) expect(terminal.stdout).toContain(meaning);
  const readme = await readFile(README, 'utf8');
  const commands = [...terminal.stdout.matchAll(/^ {2}([a-z]+) (?:\[options\]|<)/gm)].map(([, name]) => name ?? '');
  expect(commands.length).toBeGreaterThanOrEqual(11);
  for (const command of commands.filter((name) => name !== 'help')) expect(readme).toContain(`ferry ${command}`);
});
