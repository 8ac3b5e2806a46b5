import { readFileSync } from 'node:fs';
import { POLICIES, POLICY_CHOICES, type TunableLimit } from '@ferry/domain';
import { expect, it } from 'vitest';
import { formatDuration } from './display/quantities.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const cellsOf = (option: string) => {
  const row = readme.split('\n').find((line) => line.startsWith('|') && line.includes(`\`${option}\``));
  return row?.split('|').map((cell) => cell.trim());
};

const ROWS: [option: string, limit: TunableLimit, words: (value: number) => string][] = [
  ['--downtime-limit', 'downtimeLimitMs', formatDuration],
  ['--throttle', 'throttleLimitPercent', (percent) => (percent === 1 ? '1 %, not felt' : `${percent} %`)],
  ['--rounds', 'roundLimit', String],
  ['--abandon-after', 'abandonAfterMs', (ms) => formatDuration(ms).replace(' 0 s', '')],
  ['--last-resort', 'lastResortDowntimeMs', (ms) => (ms === 0 ? 'none' : `${ms / 1_000} s`)],
];

it.each(ROWS)('the README has the named policies’ values of %s as they are', (option, limit, words) => {
  expect(cellsOf(option)?.slice(3, -1)).toEqual(POLICY_CHOICES.name.map((name) => words(POLICIES[name][limit])));
});
