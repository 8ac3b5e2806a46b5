import { expect, test } from 'vitest';
import { median, p95, ratioOfMedians } from './statistics.ts';

test('the median of an even number of values lies between the middle two', () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
});

test('p95 lies between the values around it', () => {
  expect(p95(Array.from({ length: 21 }, (_, index) => index))).toBe(19);
});

test('the ratio of two steady series is certain, and of ones that scatter the less the fewer there are', () => {
  const steady = Array.from({ length: 5 }, (): [number, number] => [3, 2]);
  expect(ratioOfMedians(steady)).toEqual({ ratio: 1.5, low: 1.5, high: 1.5 });
  const scattered = (count: number) =>
    Array.from({ length: count }, (_, index): [number, number] => [
      100 + ((index * 37) % 100),
      100 + ((index * 53) % 100),
    ]);
  const width = ({ low, high }: { low: number; high: number }) => high - low;
  const [few, many] = [ratioOfMedians(scattered(10)), ratioOfMedians(scattered(500))];
  expect(many.low).toBeLessThan(many.ratio);
  expect(many.high).toBeGreaterThan(many.ratio);
  expect(width(many)).toBeLessThan(width(few) / 2);
});
