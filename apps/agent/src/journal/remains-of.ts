import type { SourceCopy } from '@ferry/domain';
import type { TransferStage } from '../hypervisor/port.ts';
import { bootId, entriesSince, type JournalEntry } from './journal.ts';

/**
 * What is to be thought of a source's copy that is gone: `died` with its whole state perhaps at the destination,
 * `absent` with it lost, or `vanished` where nobody saw whether it had resumed by itself before it died.
 * @param stage what this agent heard last of its transfer; `idle` when it heard nothing, being started later
 */
export function remainsOf(
  entries: readonly JournalEntry[],
  stage: TransferStage,
  boot = bootId,
): Extract<SourceCopy, 'died' | 'absent' | 'vanished'> {
  const transfer = entriesSince(entries, 'kept');
  const has = (name: JournalEntry['name']) => transfer.some((entry) => entry.name === name);
  if (!has('transfer-started')) return 'absent';
  switch (stage) {
    case 'finishing':
    case 'serving':
    case 'settled':
      return 'died';
    case 'held':
      return has('switching-over') ? 'died' : 'absent';
    // It had resumed, or never stopped.
    case 'copying':
    case 'failed':
    case 'cancelled':
      return 'absent';
    case 'unknown':
      return 'vanished';
    case 'idle':
      break;
  }
  // The source can't run after its release.
  if (has('released')) return 'died';
  if (has('switching-over')) return 'vanished';
  // After a loss of power the last entries may be missing, so the synced word that the switchover was near has to count.
  return transfer.some((entry) => entry.name === 'converging' && entry.boot !== boot) ? 'vanished' : 'absent';
}
