import { identify } from '@ferry/processes';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { labTag } from '../lab-tag.ts';
import { markedProcesses } from './marked-processes.ts';
import { end } from './end-process.ts';
import { NotReady, ProcessRegistry, type ProcessSpec } from './process-registry.ts';

let directory: string;
let tag: string;
let processes: ProcessRegistry;

function program(name: string, code: string): ProcessSpec {
  const ready: ProcessSpec['ready'] = (start) => Promise.resolve(start.output().includes('up'));
  return { name, program: process.execPath, args: ['-e', code], env: {}, ready };
}
const lasting = 'console.log("up"); setInterval(() => {}, 1000)';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ferry-processes-'));
  tag = labTag(directory);
  processes = new ProcessRegistry(directory, tag);
});
afterEach(async () => {
  for (const each of markedProcesses(tag)) await end(each, 'SIGKILL', 1_000);
  await rm(directory, { recursive: true });
});

describe('the process registry', () => {
  it('starts, kills, restarts and stops by name, and keeps the output of all', async () => {
    await processes.start(program('one', lasting));
    const first = processes.find('one');
    await expect(processes.start(program('one', lasting))).rejects.toThrow('runs already');
    await processes.kill9('one');
    expect(processes.isAlive('one')).toBe(false);
    await processes.restart('one');
    expect(processes.isAlive('one')).toBe(true);
    expect(processes.find('one')).not.toEqual(first);
    await processes.stop('one');
    expect(processes.isAlive('one')).toBe(false);
    expect(processes.records()).toEqual([]);
  });

  it('finds in a later run exactly the processes it recorded', async () => {
    await processes.start(program('one', lasting));
    const later = new ProcessRegistry(directory, tag);
    expect(later.isAlive('one')).toBe(true);
    const self = identify(process.pid);
    // The number was given away again: the start time differs.
    await writeFile(
      join(directory, 'processes', 'two.json'),
      JSON.stringify({ ...self, startTime: '1', name: 'two', stopSignal: 'SIGKILL' }),
    );
    await later.stop('two');
    await later.stop('one');
    expect(markedProcesses(tag)).toEqual([]);
  });

  it('ends a process that is frozen or does not listen', async () => {
    await processes.start(program('deaf', `process.on("SIGTERM", () => {}); ${lasting}`));
    processes.freeze('deaf');
    const record = processes.find('deaf');
    if (record === null) throw new Error('it was started');
    await end(record, 'SIGTERM', 50);
    expect(processes.isAlive('deaf')).toBe(false);
  });

  it('finds the children of its processes by their mark, also when those have died', async () => {
    const child = `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(lasting)}], { detached: true, stdio: "inherit" })`;
    await processes.start(program('parent', `${child}; setInterval(() => {}, 1000)`));
    await processes.kill9('parent');
    expect(markedProcesses(tag)).toHaveLength(1);
  });

  it('tells the last words of a process that ends instead of getting ready', async () => {
    const waiting = processes.start(program('bad', 'console.error("no such database"); process.exit(3)'));
    await expect(waiting).rejects.toThrow(NotReady);
    await expect(waiting).rejects.toThrow('no such database');
  });

  it('says so when the program does not exist', async () => {
    const none = { ...program('none', ''), program: '/no/such/program' };
    await expect(processes.start(none)).rejects.toThrow('/no/such/program');
  });
});
