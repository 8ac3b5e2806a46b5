import { MIGRATION_STATES } from '@ferry/domain';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { run } from './program.ts';
import { RecordedTerminal } from './recorded-terminal.ts';

const page = readFileSync(new URL('../docs/on-call.md', import.meta.url), 'utf8');

test('the on-call page has a section for each state of a migration', () => {
  const sections = [...page.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
  expect(sections.slice(0, MIGRATION_STATES.length)).toEqual([...MIGRATION_STATES]);
});

test('every command on the on-call page exists, with its options', async () => {
  const commands = [...page.matchAll(/ferry ([a-z]+)((?: [^`\n]*)?)/g)];
  expect(commands.length).toBeGreaterThan(10);
  for (const [, name = '', rest = ''] of commands) {
    const terminal = new RecordedTerminal();
    expect(await run([name, '--help'], terminal)).toBe(0);
    for (const [option] of rest.matchAll(/--[a-z-]+/g)) expect(`${name}: ${terminal.stdout}`).toContain(option);
  }
});
