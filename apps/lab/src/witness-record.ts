import type { HandleRecord, VmId } from '@ferry/domain';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Who may run a guest by the newest record on the witness; null before the first. Read as a bystander: it decides nothing. */
export async function witnessRecord(witness: string, vm: VmId): Promise<HandleRecord | null> {
  const folder = join(witness, 'handle', vm);
  const generations = (await readdir(folder)).flatMap((file) => {
    const [, generation] = /^(\d+)\.json$/.exec(file) ?? [];
    return generation === undefined ? [] : [Number(generation)];
  });
  if (generations.length === 0) return null;
  return JSON.parse(await readFile(join(folder, `${Math.max(...generations)}.json`), 'utf8')) as HandleRecord;
}
