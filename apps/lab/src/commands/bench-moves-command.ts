import { DEFAULT_POLICY } from '@ferry/domain';
import { benchMoves } from '../bench/bench-moves.ts';
import type { LabConfig } from '../config.ts';
import type { LabStorage } from '../lab-storage.ts';
import type { Terminal } from '../terminal.ts';
import { inBenchLab } from './in-bench-lab.ts';

export interface BenchMovesOptions {
  readonly moves: number;
  readonly storage: LabStorage;
  readonly json?: boolean;
}

/**
 * Moves one guest back and forth on that storage, under load, and proves after each move that it is whole.
 * @returns the exit code: 0 when it was after each
 */
export async function benchMovesCommand(
  { moves, storage, json }: BenchMovesOptions,
  config: LabConfig,
  terminal: Terminal,
): Promise<number> {
  const result = await inBenchLab(
    (lab, say) => benchMoves(lab, moves, DEFAULT_POLICY, say),
    { storage },
    config,
    terminal,
  );
  if (result === null) return 1;
  if (json) {
    process.stdout.write(`${JSON.stringify({ storage, ...result }, null, 2)}\n`);
    return 0;
  }
  const { counted, blackoutMs } = result;
  terminal.heading(`${moves} moves of a guest on ${storage}, which counted ${counted} times, whole after each`);
  terminal.line(`blackout   median ${blackoutMs.median} ms, p95 ${blackoutMs.p95} ms, at most ${blackoutMs.most} ms`);
  return 0;
}
