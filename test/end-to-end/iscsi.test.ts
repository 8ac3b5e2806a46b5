import { guestProcess, type Lab } from '@ferry/lab';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expectGuestLives, expectWholeHistory, migrate } from '../setup/lab-under-test.ts';
import { sharedLab } from '../setup/shared-lab.ts';

test('a guest on a LUN moves there and back under load, and the secret of its SAN is told to nobody', async () => {
  const lab = await sharedLab('iscsi');
  await lab.createGuest('iscsi-1', { host: 'host-a', dirty: { mibPerSecond: 10, workingSetMib: 8 } });
  const before = await lab.counter('iscsi-1');
  for (const destination of ['host-b', 'host-a']) {
    const migration = await migrate(lab, { vm: 'iscsi-1', destination, reason: 'a test' });
    expect(migration).toMatchObject({ state: 'completed', owner: destination, failure: null });
    await expectGuestLives(lab, 'iscsi-1', destination, before);
    await expectWholeHistory(lab, migration);
    await expect.poll(() => lab.san?.hostsOn('iscsi-1')).toEqual([destination]);
  }
  const secret = await readFile(join(lab.layout.san, 'chap-secret'), 'utf8');
  expect(guestProcess(lab.layout, 'host-a', 'iscsi-1')?.arguments.join(' ')).toContain('chap-secret');
  expect(guestProcess(lab.layout, 'host-a', 'iscsi-1')?.arguments.join(' ')).not.toContain(secret);
  // Temporal's history, Postgres, the logs, the agents' journals and the records.
  expect(await filesWith(lab, secret)).toEqual([]);
  expect(await filesWith(lab, 'ferry-iscsi-1')).not.toEqual([]);
});

/** The files of a lab that have the text in them, save those that make up the SAN and the guest's own parts. */
async function filesWith({ layout }: Lab, text: string): Promise<string[]> {
  const all = await readdir(layout.root, { recursive: true, withFileTypes: true });
  const files = all.filter((each) => each.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const others = files.filter((file) => ![layout.san, layout.storagePool].some((folder) => file.startsWith(folder)));
  const found = await Promise.all(
    // Some go while it is looked at them.
    others.map(async (file) => (await readFile(file).catch(() => Buffer.alloc(0))).includes(text)),
  );
  return others.filter((_, index) => found[index]);
}
