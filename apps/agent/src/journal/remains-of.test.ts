import { describe, expect, test } from 'vitest';
import type { TransferStage } from '../hypervisor/port.ts';
import type { JournalEntry, MilestoneName } from './journal.ts';
import { remainsOf } from './remains-of.ts';

function journal(...names: MilestoneName[]): JournalEntry[] {
  return names.map((name) => ({ name, at: '', monotonicMs: 0, boot: 'this' }) as unknown as JournalEntry);
}

describe('a source’s copy that is gone', () => {
  test.each([
    ['was never moved, though it once came here by a migration', [], 'settled', 'absent'],
    ['died while its memory was copied', ['transfer-started'], 'copying', 'absent'],
    ['died before it was told to finish', ['transfer-started', 'converging'], 'held', 'absent'],
    ['died in the moment it was told to finish', ['transfer-started', 'switching-over'], 'held', 'died'],
    ['died while the rest was on its way', ['transfer-started', 'switching-over'], 'finishing', 'died'],
    ['died when all had arrived', ['transfer-started', 'switching-over'], 'settled', 'died'],
    ['had resumed by itself', ['transfer-started', 'switching-over'], 'failed', 'absent'],
    ['was taken back before', ['transfer-started', 'switching-over', 'kept'], 'settled', 'absent'],
  ] as const)('whose agent saw that it %s', (_, names, stage, remains) => {
    expect(remainsOf(journal(...names), stage as TransferStage, 'this')).toBe(remains);
  });

  test.each([
    ['in the switchover', ['transfer-started', 'converging', 'switching-over'], 'this', 'vanished'],
    ['after its release', ['transfer-started', 'switching-over', 'released'], 'this', 'died'],
    ['in pre-copy', ['transfer-started', 'converging'], 'this', 'absent'],
    ['with the power, when the switchover was near', ['transfer-started', 'converging'], 'next', 'vanished'],
    ['with the power, in pre-copy', ['transfer-started'], 'next', 'absent'],
  ] as const)('that nobody saw die, %s', (_, names, boot, remains) => {
    expect(remainsOf(journal(...names), 'idle', boot)).toBe(remains);
  });
});
