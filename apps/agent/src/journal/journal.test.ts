import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_POLICY } from '@ferry/domain';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Journal } from './journal.ts';
import { Journals } from './journals.ts';

const ids = ['00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002'] as const;
const plan = (epoch: number) => ({
  migration: ids[0],
  vm: 'web',
  source: 'a',
  destination: 'b',
  policy: DEFAULT_POLICY,
  gate: 'open' as const,
  revision: 1,
  epoch,
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ferry-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a journal', () => {
  test('is read again as it was written, without a line that was cut off', async () => {
    const path = join(folder, 'one');
    const journal = Journal.open(path);
    journal.append({ name: 'opened', plan: plan(1) });
    journal.append({ name: 'released', generation: 2 });
    await journal.sync();
    journal.close();
    appendFileSync(path, '{"name":"star');
    const again = Journal.open(path);
    expect(again.entries).toEqual(journal.entries);
    expect(again.last('released')?.generation).toBe(2);
    expect(again.last('started')).toBeNull();
    again.close();
  });

  test('goes on after a line that was cut off', () => {
    const path = join(folder, 'one');
    writeFileSync(path, '{"name":"star');
    for (const generation of [2, 3]) {
      const journal = Journal.open(path);
      journal.append({ name: 'released', generation });
      journal.close();
    }
    const again = Journal.open(path);
    expect(again.entries).toMatchObject([{ generation: 2 }, { generation: 3 }]);
    again.close();
  });

  test('tells the epochs apart', () => {
    const journal = Journal.open(join(folder, 'one'));
    journal.append({ name: 'opened', plan: plan(1) });
    journal.append({ name: 'transfer-started', paused: false, uri: 'tcp:b:1' });
    journal.append({ name: 'opened', plan: plan(2) });
    expect(journal.under(1).map(({ name }) => name)).toEqual(['opened', 'transfer-started']);
    expect(journal.under(2).map(({ name }) => name)).toEqual(['opened']);
    expect(journal.under(3)).toEqual([]);
    journal.close();
  });
});

test('a host knows its migrations in the order in which it heard of them, and of each VM its own', () => {
  const journals = new Journals(folder);
  for (const id of [ids[1], ids[0], ids[1]]) journals.open('web', id).close();
  journals.open('web-2', ids[0]).close();
  expect(new Journals(folder).known('web')).toEqual([ids[1], ids[0]]);
  expect(journals.known('we')).toEqual([]);
});
