import { entriesSince, type JournalEntry } from './journal.ts';

/** Whether a destination's copy has run since the record said so: one whose CPUs stand was stopped by somebody. */
export function hasRun(entries: readonly JournalEntry[]): boolean {
  return entriesSince(entries, 'started').some(({ name }) => name === 'running');
}
