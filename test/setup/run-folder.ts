import { identify, isAlive, type ProcessIdentity } from '@ferry/processes';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const ownerFile = 'run.json';

/**
 * Makes a folder of this run's own below `all`, and clears away those whose runs are dead.
 * @param reap ends what a dead run has left running, before its folder goes
 */
export async function runFolder(all: string, reap: (folder: string) => Promise<void>): Promise<string> {
  await mkdir(all, { recursive: true });
  for (const name of await readdir(all)) {
    const folder = join(all, name);
    if (await isOfALivingRun(folder)) continue;
    await reap(folder);
    await rm(folder, { recursive: true, force: true });
  }
  const mine = join(all, String(process.pid));
  await mkdir(mine);
  await writeFile(join(mine, ownerFile), JSON.stringify(identify(process.pid)));
  return mine;
}

async function isOfALivingRun(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, ownerFile), 'utf8').catch(() => null);
  return text !== null && text !== '' && isAlive(JSON.parse(text) as ProcessIdentity);
}
