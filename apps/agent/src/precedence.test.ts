import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { afterAll, expect, test } from 'vitest';
import { takePrecedence, withoutPrecedence } from './precedence.ts';

const GROUP = '/proc/self/autogroup';
const before = getPriority();
afterAll(() => {
  setPriority(before);
  if (sessionNiceness() !== null) writeFileSync(GROUP, '0');
});

test.runIf(process.getuid?.() === 0)('an agent without the right to it goes on as it is', () => {
  process.seteuid?.(65_534);
  try {
    expect(takePrecedence).not.toThrow();
  } finally {
    process.seteuid?.(0);
  }
  expect(getPriority()).toBe(before);
});

test.runIf(process.getuid?.() === 0)('an agent goes before its guests, and they do not inherit that', () => {
  takePrecedence();
  expect(getPriority()).toBeLessThan(0);
  const [program = '', ...args] = withoutPrecedence(['nice']);
  expect(execFileSync(program, args, { encoding: 'utf8' }).trim()).toBe('0');
});

test.runIf(process.getuid?.() === 0)(
  'it goes before them also where the kernel shares its CPUs out among sessions',
  () => {
    const shared = sessionNiceness() !== null;
    takePrecedence();
    expect(sessionNiceness()).toBe(shared ? getPriority() : null);
  },
);

/** Of this process's session; null where the kernel does not share out among them. */
function sessionNiceness(): number | null {
  const found = /nice (-?\d+)/.exec(existsSync(GROUP) ? readFileSync(GROUP, 'utf8') : '');
  return found ? Number(found[1]) : null;
}
