import { expect, test } from 'vitest';
import { leastDowntimeMs } from './least-downtime.ts';

const progress = {
  ...{
    status: 'active',
    transferredBytes: 1,
    totalBytes: 10_000_000,
    bytesPerSecond: 10_000_000,
    dirtyBytesPerSecond: 1,
  },
  ...{ remainingBytes: 2_000_001, rounds: 3, throttlePercent: 0, expectedDowntimeMs: 900 },
};

test('the least downtime of a transfer at full speed is what the hypervisor expects', () => {
  expect(leastDowntimeMs(progress, null)).toBe(900);
});

test('as long as the hypervisor expects nothing, it is what remains, as fast as it is sent', () => {
  expect(leastDowntimeMs({ ...progress, expectedDowntimeMs: 0 }, null)).toBe(201);
  expect(leastDowntimeMs({ ...progress, expectedDowntimeMs: null }, null)).toBe(201);
});

test('the least downtime of a transfer that is held back is what remains, at the bandwidth that it may have', () => {
  expect(leastDowntimeMs(progress, 1_000_000)).toBe(2_001);
});

test('nothing is known before the second pass', () => {
  expect(leastDowntimeMs({ ...progress, rounds: 1 }, null)).toBeNull();
});
