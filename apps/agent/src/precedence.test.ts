import { execFileSync } from 'node:child_process';
import { getPriority, setPriority } from 'node:os';
import { afterAll, expect, test } from 'vitest';
import { takePrecedence, withoutPrecedence } from './precedence.ts';

const before = getPriority();
afterAll(() => setPriority(before));

test.runIf(process.getuid?.() === 0)('an agent goes before its guests, and they do not inherit that', () => {
  takePrecedence();
  expect(getPriority()).toBeLessThan(0);
  const [program = '', ...args] = withoutPrecedence(['nice']);
  expect(execFileSync(program, args, { encoding: 'utf8' }).trim()).toBe('0');
});
