import { describe, expect, test } from 'vitest';
import { destinationCopyOf, sourceCopyOf } from './inspect.ts';

describe('a source’s copy', () => {
  test.each([
    ['running', 'none', 'running'],
    ['running', 'active', 'copying'],
    ['running', 'cancelling', 'copying'],
    ['running', 'failed', 'running'],
    // It came here by a migration, or was taken back after one.
    ['running', 'completed', 'running'],
    ['finish-migrate', 'pre-switchover', 'copying'],
    ['paused', 'pre-switchover', 'copying'],
    ['finish-migrate', 'device', 'copying'],
    // The event comes a moment before the CPUs' state follows.
    ['finish-migrate', 'completed', 'settled'],
    ['postmigrate', 'completed', 'settled'],
    ['prelaunch', 'none', 'paused'],
    ['paused', 'cancelled', 'paused'],
    ['inmigrate', 'active', 'unknown'],
    ['finish-migrate', 'postcopy-active', 'serving'],
    ['finish-migrate', 'postcopy-paused', 'serving'],
    // The destination of one is nobody's source.
    ['paused', 'postcopy-active', 'unknown'],
    ['running', 'unknown', 'unknown'],
  ] as const)('with CPUs %s and migration %s is %s', (runState, migration, copy) => {
    expect(sourceCopyOf(runState, migration)).toBe(copy);
  });
});

describe('a destination’s copy', () => {
  test.each([
    ['inmigrate', 'none', 'receiving'],
    ['inmigrate', 'active', 'receiving'],
    ['paused', 'completed', 'settled'],
    ['running', 'completed', 'running'],
    ['io-error', 'completed', 'settled'],
    ['io-error', 'none', 'running'],
    ['inmigrate', 'postcopy-active', 'receiving'],
    ['paused', 'postcopy-active', 'fetching'],
    ['running', 'postcopy-paused', 'lacking'],
    ['paused', 'none', 'unknown'],
    ['postmigrate', 'completed', 'unknown'],
  ] as const)('with CPUs %s and migration %s is %s', (runState, migration, copy) => {
    expect(destinationCopyOf(runState, migration)).toBe(copy);
  });
});
