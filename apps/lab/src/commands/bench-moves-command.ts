import { DEFAULT_POLICY } from '@ferry/domain';
import { benchMoves } from '../bench/bench-moves.ts';
import type { LabConfig } from '../config.ts';
import { interruption, unlessInterrupted } from '../interruption.ts';
import { Lab } from '../lab.ts';
import { labFolder } from '../lab-layout.ts';
import type { LabStorage } from '../lab-storage.ts';
import type { Terminal } from '../terminal.ts';
import { chooseReality } from './choose-reality.ts';

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
  const signal = interruption();
  if ((await chooseReality(false, { ...config, ci: true }, terminal)) !== 'real') return 1;
  const directory = labFolder('bench');
  const { inherited: environment } = config;
  const lab = await Lab.start({ directory, hosts: 2, storage, environment, actor: 'bench', signal });
  try {
    const say = (line: string) => terminal.event(line);
    const result = await unlessInterrupted(benchMoves(lab, moves, DEFAULT_POLICY, say), signal);
    if (json) process.stdout.write(`${JSON.stringify({ storage, ...result }, null, 2)}\n`);
    else {
      const { counted, blackoutMs } = result;
      terminal.heading(`${moves} moves of a guest on ${storage}, which counted ${counted} times, whole after each`);
      terminal.line(
        `blackout   median ${blackoutMs.median} ms, p95 ${blackoutMs.p95} ms, at most ${blackoutMs.most} ms`,
      );
    }
    return 0;
  } finally {
    await lab.stop();
  }
}
