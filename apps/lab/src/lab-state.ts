import type { HostId } from '@ferry/domain';
import { isAlive, type ProcessIdentity } from '@ferry/processes';
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Addresses } from './control-plane.ts';

/** What a lab writes down of itself, for `status`, `down` and whoever comes after an accident. */
export interface LabState {
  readonly simulated: boolean;
  readonly hosts: readonly HostId[];
  /** Null until the servers are up. */
  readonly addresses: Addresses | null;
  /** Who runs it; null when it was left up on purpose. */
  readonly owner: ProcessIdentity | null;
}

/** Null when there is no lab, or none that came far enough to write anything down. */
export async function readLabState(path: string): Promise<LabState | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as LabState;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

export async function writeLabState(path: string, state: LabState): Promise<void> {
  await writeFile(`${path}.draft`, `${JSON.stringify(state, null, 2)}\n`);
  await rename(`${path}.draft`, path);
}

/** Whether another living process is in charge of the lab. */
export function isOwnedElsewhere(state: LabState | null): boolean {
  return state?.owner != null && state.owner.pid !== process.pid && isAlive(state.owner);
}
