import { expect, test } from 'vitest';
import type { HandoverRun } from './handover-run.ts';
import { handoverLines, handoverSummary, handoverTable } from './handover-table.ts';

const green: HandoverRun = {
  seed: 6,
  outcome: 'completed',
  struck: ['agent killed', 'agent killed'],
  against: [],
  tookMs: 800,
  words: 'agent killed twice',
};
const red: HandoverRun = { ...green, seed: 7, struck: ['QEMU killed'], against: ['something is left on host-a'] };

test('a run that is not green tells why, what was drawn, and the command that plays it alone', () => {
  expect(handoverLines(green)).toHaveLength(1);
  const lines = handoverLines(red).join('\n');
  expect(lines).toContain('something is left on host-a');
  expect(lines).toContain(red.words);
  expect(lines).toContain('npm run faults -- --simulated --runs 1 --seed 7');
});

test('runs are counted once for each kind that struck, and are green by nothing that speaks against them', () => {
  const [head, ...rows] = handoverTable([green, red, { ...green, struck: [] }]).map((row) => row.trim().split(/ {2,}/));
  expect(head).toEqual(['struck', 'runs', 'green']);
  expect(rows).toContainEqual(['agent killed', '1', '1']);
  expect(rows).toContainEqual(['QEMU killed', '1', '0']);
  expect(rows).toContainEqual(['nothing', '1', '1']);
  expect(handoverSummary([green, red], 2_000)).toContain('1 of 2 handovers are green; several things struck in 1;');
});
