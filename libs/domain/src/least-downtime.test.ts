import { expect, test } from 'vitest';
import { leastDowntimeMs } from './least-downtime.ts';

const progress = {
  ...{ status: 'active', transferredBytes: 1, totalBytes: 10_000_000, bytesPerSecond: 1, dirtyBytesPerSecond: 1 },
  ...{ remainingBytes: 2_000_001, rounds: 3, throttlePercent: 0, expectedDowntimeMs: 900 },
};

test('the least downtime of a transfer at full speed is what the hypervisor expects', () => {
  expect(leastDowntimeMs(progress, null)).toBe(900);
});

test('the least downtime of a transfer that is held back is what remains, at the bandwidth that it may have', () => {
  expect(leastDowntimeMs(progress, 1_000_000)).toBe(2_001);
});

test('nothing is known before the second pass', () => {
  expect(leastDowntimeMs({ ...progress, rounds: 1 }, null)).toBeNull();
});
