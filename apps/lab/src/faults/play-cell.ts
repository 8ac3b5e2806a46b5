import type { MigrationStateName, VirtualMachineDefinition } from '@ferry/domain';
import { ownerOf, type HostId } from '@ferry/domain';
import { setTimeout as delay } from 'node:timers/promises';
import { guestParts } from '../guest-definition.ts';
import { guestDies, type Cell } from './cell.ts';
import type { Verdicts } from './invariant.ts';
import { counting, judgeClean, judgeGuest, judgeHistory, judgeOne } from './judge.ts';
import { moveAgain } from './next-move.ts';
import { reach } from './reach.ts';
import { POLICY, type Move, type Scene } from './scene.ts';
import { settle } from './settle.ts';
import { strike, supervise } from './strike.ts';

/** What became of a cell. */
export interface CellResult {
  readonly state: MigrationStateName;
  readonly failure: string | null;
  readonly verbs: readonly string[];
  /** From the end of the fault until the migration had ended or was parked. */
  readonly restedAfterMs: number;
  readonly verdicts: Verdicts;
}

/** The goal: from the end of a fault to an ended or a parked migration. */
export const RESTS_WITHIN_MS = 30_000;

/**
 * Plays one cell: a migration, the fault at its moment, its end, and then what must hold.
 * @param waitMs how long after the moment the fault strikes
 * @throws when the cell can't be played: the moment never comes, or what is struck is not there
 */
export async function playCell(cell: Cell, scene: Scene, waitMs: number): Promise<CellResult> {
  const { lab, guest, source, destination } = scene;
  const before = await lab.counter(guest);
  const { definition } = await lab.client.virtualMachine(guest);
  const record = await lab.witnessRecord(guest);
  const { id } = await lab.client.submitMigration({ vm: guest, destination, policy: POLICY, reason: 'a fault' });
  const move: Move = { ...scene, migration: String(id), generation: record?.generation ?? 0 };

  await disturb(cell, move, waitMs);
  const mendedAt = performance.now();
  const { migration, restedAt, verbs } = await settle(move, () => supervise(cell, move));
  const restedAfterMs = Math.round(Math.max(0, restedAt - mendedAt));

  const dead = guestDies(cell);
  const owner = dead ? null : migration.state === 'completed' ? destination : source;
  const one = await judgeOne(scene, before);
  const rests = [
    ...(restedAfterMs <= RESTS_WITHIN_MS ? [] : [`it took ${(restedAfterMs / 1000).toFixed(1)} s`]),
    ...(await judgeGuest(scene, owner)),
  ];
  const clean = await judgeClean(scene, owner);
  const history = await judgeHistory(move, migration, dead);
  if (dead) {
    await startAgain(scene, definition as unknown as VirtualMachineDefinition, source);
    await counting(scene, before.boots);
  }
  const next = await moveAgain(lab, guest, owner === destination ? source : destination);
  const verdicts = { one, rests, clean, history, next };
  return { state: migration.state, failure: migration.failure?.code ?? null, verbs, restedAfterMs, verdicts };
}

async function disturb(cell: Cell, move: Move, waitMs: number): Promise<void> {
  const reached = await reach(cell.moment, move);
  const letGo = () => (reached.held === cell.target ? undefined : reached.letGo());
  try {
    await delay(waitMs);
    const fault = await strike(cell, move);
    letGo();
    await delay(fault.lastsMs);
    await fault.mend();
  } catch (error) {
    letGo();
    throw error;
  }
}

/** A guest that died can be started again, from what everybody knows of it. */
async function startAgain({ lab, guest }: Scene, definition: VirtualMachineDefinition, host: HostId): Promise<void> {
  await lab.client.startVirtualMachine({ definition, host, savedState: lab.simulated ? null : guestParts.savedState });
  if (ownerOf(await lab.witnessRecord(guest)) !== host) throw new Error('started again, it is not its host’s');
}
