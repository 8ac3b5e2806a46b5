import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { labTag } from '../lab-tag.ts';
import { markedProcesses } from './marked-processes.ts';
import { end, identify, isAlive } from './process-identity.ts';
import { ProcessRegistry } from './process-registry.ts';
import { NotReady, untilReady } from './until-ready.ts';

let directory: string;
let tag: string;
let processes: ProcessRegistry;

function program(name: string, code: string) {
  return { name, program: process.execPath, args: ['-e', code], env: {} };
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

async function up(name: string): Promise<void> {
  await untilReady(processes, name, async () => (await readFile(processes.logPath(name), 'utf8')).includes('up'));
}

describe('the process registry', () => {
  it('starts, kills, restarts and stops by name, and keeps the output of all', async () => {
    const first = processes.start(program('one', lasting));
    await up('one');
    expect(() => processes.start(program('one', lasting))).toThrow('runs already');
    await processes.kill9('one');
    expect(isAlive(first)).toBe(false);
    const second = processes.restart('one');
    expect(second.pid).not.toBe(first.pid);
    await processes.stop('one');
    expect(processes.isAlive('one')).toBe(false);
    expect(processes.records()).toEqual([]);
  });

  it('finds in a later run exactly the processes it recorded', async () => {
    processes.start(program('one', lasting));
    await up('one');
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
    processes.start(program('deaf', `process.on("SIGTERM", () => {}); ${lasting}`));
    await up('deaf');
    processes.freeze('deaf');
    const record = processes.find('deaf');
    if (record === null) throw new Error('it was started');
    await end(record, 'SIGTERM', 50);
    expect(processes.isAlive('deaf')).toBe(false);
  });

  it('finds the children of its processes by their mark, also when those have died', async () => {
    const child = `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(lasting)}], { detached: true, stdio: "inherit" })`;
    processes.start(program('parent', `${child}; setInterval(() => {}, 1000)`));
    await up('parent');
    await processes.kill9('parent');
    expect(markedProcesses(tag)).toHaveLength(1);
  });

  it('tells the last words of a process that ends instead of getting ready', async () => {
    processes.start(program('bad', 'console.error("no such database"); process.exit(3)'));
    const waiting = untilReady(processes, 'bad', () => Promise.reject(new Error('refused')));
    await expect(waiting).rejects.toThrow(NotReady);
    await expect(waiting).rejects.toThrow('no such database');
  });

  it('says so when the program does not exist', () => {
    expect(() => processes.start({ ...program('none', ''), program: '/no/such/program' })).toThrow('/no/such/program');
  });
});
