import type { MigrationPolicy } from '@ferry/domain';
import type { Lab } from '../lab.ts';
import { ferryMigration } from './ferry-migration.ts';
import { median, p95 } from './statistics.ts';

/** What `npm run bench -- --moves N --json` prints. */
export interface MovesResult {
  moves: number;
  /** How often the guest has counted on its disk, each time right after the last. */
  counted: number;
  blackoutMs: { median: number; p95: number; most: number };
}

const GUEST = 'bench-moves';
const DIRTY = { mibPerSecond: 10, workingSetMib: 8 };
const [home, away] = ['host-a', 'host-b'] as const;

/**
 * Moves one guest back and forth under load, and proves after each move by what it counts on its disk that it is one, and
 * whole. @throws when a move fails, or the counter is not whole, or stands still
 */
export async function benchMoves(
  lab: Lab,
  moves: number,
  policy: MigrationPolicy,
  say: (line: string) => void,
): Promise<MovesResult> {
  await lab.createGuest(GUEST, { host: home, dirty: DIRTY });
  const blackouts: number[] = [];
  let counted = (await lab.counter(GUEST)).sequence;
  const first = counted;
  for (let move = 1; move <= moves; move += 1) {
    const to = move % 2 === 1 ? away : home;
    const { blackoutMs, totalMs } = await ferryMigration(lab.client, GUEST, to, policy);
    const { whole, problems, sequence } = await lab.counter(GUEST);
    if (!whole || sequence <= counted) throw new Error(`The guest did not survive: ${problems.join('; ')}`);
    blackouts.push(blackoutMs);
    counted = sequence;
    say(`${move} of ${moves}, to ${to}: ${blackoutMs} ms black, ${totalMs} ms in all; counted to ${counted}, whole`);
  }
  const most = Math.max(...blackouts);
  return {
    moves,
    counted: counted - first,
    blackoutMs: { median: Math.round(median(blackouts)), p95: Math.round(p95(blackouts)), most },
  };
}
