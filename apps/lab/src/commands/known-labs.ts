import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { labFolder, LabLayout, playground } from '../lab-layout.ts';
import { isOwnedElsewhere, readLabState, type LabState } from '../lab-state.ts';
import { labTag } from '../lab-tag.ts';
import { findLeftovers } from '../take-down.ts';
import { markedProcesses, type MarkedProcess } from '../processes/marked-processes.ts';

/** A lab of this checkout, as its folder and its mark tell. */
export interface KnownLab {
  readonly name: string;
  readonly layout: LabLayout;
  readonly state: LabState | null;
  readonly processes: readonly MarkedProcess[];
  /** Whether anything of it is there outside its folder. */
  readonly isThere: boolean;
  /** Whether another living process is in charge of it. */
  readonly inCharge: number | null;
}

/** All labs that have a folder, up or not. */
export async function knownLabs(): Promise<KnownLab[]> {
  const names = await readdir(dirname(labFolder(playground))).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  return Promise.all(names.sort().map(knownLab));
}

async function knownLab(name: string): Promise<KnownLab> {
  const layout = new LabLayout(labFolder(name));
  const state = await readLabState(layout.state);
  const tag = labTag(layout.root);
  const processes = markedProcesses(tag);
  const inCharge = isOwnedElsewhere(state) ? (state?.owner?.pid ?? null) : null;
  const isThere = inCharge !== null || (await findLeftovers(layout, tag, null)).length > 0;
  return { name, layout, state, processes, isThere, inCharge };
}
