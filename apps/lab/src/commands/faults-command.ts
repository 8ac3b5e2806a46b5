import type { LabConfig } from '../config.ts';
import { cellName } from '../faults/cell.ts';
import { uncover } from '../cover.ts';
import { matrix, shuffled } from '../faults/matrix.ts';
import { isGreen, playMatrix, type Played } from '../faults/play-matrix.ts';
import { SeededRandom } from '@ferry/qmp/simulator';
import { summary, tableHead, tableLines } from '../faults/table.ts';
import { interruption, unlessInterrupted } from '../interruption.ts';
import { Lab } from '../lab.ts';
import { labFolder } from '../lab-layout.ts';
import type { LabStorage } from '../lab-storage.ts';
import { Terminal } from '../terminal.ts';
import { chooseReality } from './choose-reality.ts';

export interface FaultsOptions {
  readonly simulated?: boolean;
  readonly storage?: LabStorage;
  readonly only?: string;
  readonly seed: number;
  readonly repeat: number;
  readonly json?: boolean;
}

/**
 * Plays the fault matrix and prints it.
 * @returns the exit code: 0 only if every cell is green
 */
export async function faultsCommand(options: FaultsOptions, config: LabConfig, terminal: Terminal): Promise<number> {
  const { only, seed, repeat, json = false, storage = 'files' } = options;
  const signal = interruption();
  const reality = await chooseReality(options.simulated ?? false, config, terminal);
  if (reality === null) return 1;
  const simulated = reality === 'simulated';
  const cells = matrix({ only, simulated });
  if (cells.length === 0) throw new RangeError(`no cell has ${JSON.stringify(only)} in its name`);
  const random = new SeededRandom(seed);
  const rounds = Array.from({ length: repeat }, () => shuffled(cells, random)).flat();

  const began = performance.now();
  const directory = labFolder(simulated ? 'faults-simulated' : 'faults');
  // A run that was killed may have left some.
  await uncover(directory);
  const lab = await Lab.start({
    directory,
    hosts: 2,
    simulated,
    storage,
    environment: config.inherited,
    actor: 'on-call',
    signal,
  });
  const played: Played[] = [];
  try {
    terminal.event(`${rounds.length} cells, ${reality}, on ${storage}, seed ${seed}`);
    await unlessInterrupted(
      (async () => {
        for await (const each of playMatrix(lab, rounds, random)) {
          played.push(each);
          const [row = '', ...against] = tableLines(each);
          terminal.event(`${String(played.length).padStart(4)} of ${rounds.length}  ${row}`);
          for (const line of against) terminal.warning(line);
        }
      })(),
      signal,
    );
  } finally {
    await uncover(directory);
    await lab.stop();
  }
  if (json) process.stdout.write(`${JSON.stringify({ seed, simulated, storage, cells: played }, null, 2)}\n`);
  else print(played, performance.now() - began, terminal);
  return played.every(isGreen) ? 0 : 1;
}

function print(played: readonly Played[], tookMs: number, terminal: Terminal): void {
  terminal.heading(summary(played, tookMs));
  terminal.line(tableHead());
  const inOrder = [...played].sort((a, b) => rank(a) - rank(b));
  for (const each of inOrder) for (const line of tableLines(each)) terminal.line(line);
}

const order = new Map(matrix({ simulated: false }).map((cell, index) => [cellName(cell), index]));

function rank({ cell }: Played): number {
  return order.get(cellName(cell)) ?? order.size;
}
