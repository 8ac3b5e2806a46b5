import { ownerOf, type VmId } from '@ferry/domain';
import { rename, stat } from 'node:fs/promises';
import { agentName, processNames } from '../control-plane.ts';
import type { Lab } from '../lab.ts';
import { cellName, type Cell } from './cell.ts';
import { tracesOn } from './copies.ts';
import { uncover } from '../cover.ts';
import { playCell, type CellResult } from './play-cell.ts';
import type { SeededRandom } from '@ferry/qmp/simulator';

/** A cell that was played, or why it could not be. */
export interface Played {
  readonly cell: Cell;
  readonly result: CellResult | { readonly broken: string };
  readonly tookMs: number;
}

export function isGreen({ result }: Played): boolean {
  return !('broken' in result) && Object.values(result.verdicts).every((against) => against.length === 0);
}

const largestWaitMs = 60;

/**
 * Plays cells one after the other. One guest lives through all of them, going back and forth; after a cell that is not
 * green the lab is mended and the next one gets a guest of its own.
 */
export async function* playMatrix(lab: Lab, cells: readonly Cell[], random: SeededRandom): AsyncGenerator<Played> {
  let guest: VmId | null = null;
  let number = 0;
  const leftBefore = new Set<string>();
  for (const cell of cells) {
    guest ??= await freshGuest(lab, (number += 1));
    const source = ownerOf(await lab.witnessRecord(guest)) ?? 'host-a';
    const destination = source === 'host-a' ? 'host-b' : 'host-a';
    const scene = { lab, guest, source, destination, leftBefore };
    const began = performance.now();
    const result = await playCell(cell, scene, random.next() * largestWaitMs).catch((error: unknown) => ({
      broken: error instanceof Error ? error.message : String(error),
    }));
    const played = { cell, result, tookMs: Math.round(performance.now() - began) };
    yield played;
    if (isGreen(played)) continue;
    await mendAll(lab);
    await lab.client.stopVirtualMachine(guest, { reason: `after ${cellName(cell)}` }).catch(() => undefined);
    const left = await Promise.all(lab.hosts.map((host) => tracesOn(scene, host)));
    for (const trace of left.flat()) leftBefore.add(trace);
    guest = null;
  }
  if (guest !== null) await lab.client.stopVirtualMachine(guest, { reason: 'the matrix is played' });
}

async function freshGuest(lab: Lab, number: number): Promise<VmId> {
  const guest = `faults-${number}`;
  await lab.createGuest(guest, { host: 'host-a', dirty: { mibPerSecond: 10, workingSetMib: 8 } });
  return guest;
}

/** Whatever a broken cell has left lying. */
async function mendAll(lab: Lab): Promise<void> {
  const { witness, root } = lab.layout;
  await uncover(root);
  await stat(witness).catch(() => rename(`${witness}.away`, witness));
  for (const name of [...Object.values(processNames), ...lab.hosts.map(agentName)]) {
    const part = lab.part(name);
    if (part.isAlive()) part.thaw();
    else await part.restart();
  }
  for (const host of lab.network === null ? [] : lab.hosts) {
    await lab.network?.setMigrationLink(host, 'up');
    await lab.network?.limitMigrationLink(host, null);
  }
}
