import { expect, test } from 'vitest';
import { cellName, guestDies } from './cell.ts';
import { matrix, shuffled } from './matrix.ts';
import { SeededRandom } from '@ferry/qmp/simulator';

test('more than 150 cells, none twice; the simulator lacks only those of the link and of mounts', () => {
  const names = matrix({ simulated: false }).map(cellName);
  expect(names.length).toBeGreaterThanOrEqual(150);
  expect(new Set(names).size).toBe(names.length);
  const root = names.filter((name) => /^migration link|read-only$|empty$|hanging$/.test(name));
  expect(matrix({ simulated: true }).length).toBe(names.length - root.length);
});

test('one cell is chosen by its name, several by commas', () => {
  const only = 'api · memory · killed, witness · started';
  expect(matrix({ simulated: true, only }).map(cellName)).toEqual([
    'api · memory · killed',
    'witness · started · away',
  ]);
});

test('the same seed gives the same order', () => {
  const order = (seed: number) => shuffled(matrix({ simulated: true }), new SeededRandom(seed)).map(cellName);
  expect(order(7)).toEqual(order(7));
  expect(order(7)).not.toEqual(order(8));
});

test('a guest dies only with its only copy: the source’s until it is complete, the destination’s from the pivot on', () => {
  const dying = matrix({ simulated: true }).filter(guestDies).map(cellName);
  expect(dying).toEqual([
    'source QEMU · accepted · killed for good',
    'source QEMU · created · killed for good',
    'source QEMU · memory · killed for good',
    'source QEMU · cancelled · killed for good',
    'source QEMU · switchover · killed for good',
    'destination QEMU · started · killed for good',
  ]);
});
