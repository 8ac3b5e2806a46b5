import { expect, it } from 'vitest';
import { migrationStatus } from './migration-status.ts';

it('is in doubt about a status it does not know, and takes a missing one for none', () => {
  expect(migrationStatus('pre-switchover')).toBe('pre-switchover');
  expect(migrationStatus('switchover-of-2031')).toBe('unknown');
  expect(migrationStatus('constructor')).toBe('unknown');
  expect(migrationStatus(undefined)).toBe('none');
});
