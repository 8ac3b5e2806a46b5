import { isGreen, playMatrix, SeededRandom, tableLines, type Cell, type Lab } from '@ferry/lab';
import { expect } from 'vitest';

/** Plays cells of the fault matrix in a lab; what is not green is told as the table tells it. */
export async function expectAllGreen(lab: Lab, cells: readonly Cell[]): Promise<void> {
  const notGreen: string[] = [];
  for await (const played of playMatrix(lab, cells, new SeededRandom(1)))
    if (!isGreen(played)) notGreen.push(...tableLines(played));
  expect(notGreen).toEqual([]);
}
