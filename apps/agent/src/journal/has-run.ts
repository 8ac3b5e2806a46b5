import type { JournalEntry } from './journal.ts';

/** Whether a destination's copy has run since the record said so: one whose CPUs stand was stopped by somebody. */
export function hasRun(entries: readonly JournalEntry[]): boolean {
  const [ran, started] = ['running', 'started'].map((name) => entries.findLastIndex((entry) => entry.name === name));
  return ran !== undefined && started !== undefined && ran > started;
}
