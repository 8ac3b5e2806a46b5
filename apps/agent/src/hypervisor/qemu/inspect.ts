import type { DestinationCopy, SourceCopy, VmStatus } from '@ferry/domain';
import type { MigrationStatus, RunState } from '@ferry/qmp';
import type { TransferStage } from '../port.ts';

type Status = MigrationStatus | 'unknown';

/** QEMU's word for a migration, as the port's. States that 7.2 does not have, or Ferry does not use, are "in doubt". */
export const STAGE_OF: Record<Status, TransferStage> = {
  none: 'idle',
  setup: 'copying',
  active: 'copying',
  'wait-unplug': 'copying',
  // Lingers up to 2 s, and may end as `failed` too.
  cancelling: 'copying',
  'pre-switchover': 'held',
  device: 'finishing',
  completed: 'settled',
  failed: 'failed',
  cancelled: 'cancelled',
  'postcopy-active': 'unknown',
  'postcopy-paused': 'unknown',
  'postcopy-recover': 'unknown',
  colo: 'unknown',
  unknown: 'unknown',
};

/** The source's copy, by what QEMU says of its CPUs and of its last migration. */
export function sourceCopyOf(
  runState: RunState,
  migration: Status,
): Exclude<SourceCopy, 'died' | 'absent' | 'vanished'> {
  const stage = STAGE_OF[migration];
  // It receives: it is no source.
  if (stage === 'unknown' || runState === 'inmigrate') return 'unknown';
  if (stage === 'copying' || stage === 'held' || stage === 'finishing') return 'copying';
  if (runState === 'running') return 'running';
  if (runState === 'finish-migrate') return stage === 'settled' ? 'settled' : 'copying';
  if (runState === 'postmigrate' && stage === 'settled') return 'settled';
  return 'paused';
}

/** The destination's copy, likewise. */
export function destinationCopyOf(runState: RunState, migration: Status): Exclude<DestinationCopy, 'absent'> {
  switch (runState) {
    case 'inmigrate':
      return 'receiving';
    case 'paused':
      return migration === 'completed' ? 'settled' : 'unknown';
    // These are a source's.
    case 'prelaunch':
    case 'finish-migrate':
    case 'postmigrate':
      return 'unknown';
    default:
      return 'running';
  }
}

/** What people are told of a copy. */
export function vmStatusOf(runState: RunState, migration: Status): VmStatus {
  switch (runState) {
    case 'running':
      return 'running';
    case 'inmigrate':
      return 'receiving';
    case 'paused':
      return migration === 'completed' ? 'settled' : 'paused';
    case 'postmigrate':
    case 'finish-migrate':
      return migration === 'completed' ? 'settled' : 'paused';
    default:
      return 'paused';
  }
}
