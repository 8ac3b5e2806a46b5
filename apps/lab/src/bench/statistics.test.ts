import { expect, test } from 'vitest';
import { median, p95 } from './statistics.ts';

test('the median of an even number of values lies between the middle two', () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
});

test('p95 lies between the values around it', () => {
  expect(p95(Array.from({ length: 21 }, (_, index) => index))).toBe(19);
});
