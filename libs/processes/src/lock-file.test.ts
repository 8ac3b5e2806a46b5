import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LockFile } from './lock-file.ts';
import { identify } from './process-identity.ts';

/** Its number lives, as another's. */
const DEAD = `${process.ppid} long ago\n`;
const living = () => `${process.ppid} ${identify(process.ppid)?.startTime}\n`;

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ferry-lock-file-'));
  path = join(directory, 'lock');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('one holds it, and it is free again when that one lets go', () => {
  const [one, other] = [new LockFile(path), new LockFile(path)];
  expect(one.take()).toBe(true);
  expect(other.take()).toBe(false);
  one.release();
  expect(other.take()).toBe(true);
});

test('it is worth nothing once its holder is dead, though the number be another’s by now', () => {
  writeFileSync(path, DEAD);
  expect(new LockFile(path).take()).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe(`${process.pid} ${identify(process.pid)?.startTime}\n`);
});

test('it is held by a living process that nobody asks, and by one whose name can’t be read', () => {
  writeFileSync(path, living());
  expect(new LockFile(path).take()).toBe(false);
  writeFileSync(path, '');
  expect(new LockFile(path).take()).toBe(false);
});

test('a dead holder’s is left to the one that is removing it, so that nobody removes a lock taken since', () => {
  writeFileSync(path, DEAD);
  writeFileSync(`${path}.clearing`, living());
  expect(new LockFile(path).take()).toBe(false);
  expect(readFileSync(path, 'utf8')).toBe(DEAD);
  writeFileSync(`${path}.clearing`, DEAD);
  expect(new LockFile(path).take()).toBe(true);
  expect(readdirSync(directory)).toEqual(['lock']);
});
