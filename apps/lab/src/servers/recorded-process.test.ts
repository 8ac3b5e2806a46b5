import { isAlive } from '@ferry/processes';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endRecorded, readRecord, startRecorded } from './recorded-process.ts';

let folder: string;
let record: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ferry-process-'));
  record = join(folder, 'process.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const sleeper = () => ({ program: 'sleep', args: ['60'], log: join(folder, 'log'), record });

describe('a recorded process', () => {
  it('is found by its record and ended', async () => {
    const started = await startRecorded(sleeper());
    expect(await readRecord(record)).toEqual(started);
    expect(isAlive(started)).toBe(true);
    await endRecorded(record);
    expect(isAlive(started)).toBe(false);
    expect(await readRecord(record)).toBeUndefined();
  });

  it('is ended by force when it does not heed the signal', async () => {
    const started = await startRecorded(sleeper());
    await endRecorded(record, { signal: 'SIGCONT', graceMs: 50 });
    expect(isAlive(started)).toBe(false);
  });

  it('is never another that was given the same number later', async () => {
    const bystander = await startRecorded(sleeper());
    await writeFile(record, JSON.stringify({ ...bystander, startTime: '1' }));
    await endRecorded(record);
    expect(isAlive(bystander)).toBe(true);
    await writeFile(record, JSON.stringify(bystander));
    await endRecorded(record);
  });

  it('is none when the record was cut short', async () => {
    await writeFile(record, '{"pid":');
    await endRecorded(record);
    expect(await readRecord(record)).toBeUndefined();
  });
});
