import type { DestinationCopy, SourceCopy, VmStatus } from '@ferry/domain';
import { migrationStatus, type MigrationInfo, type MigrationStatus, type RunState } from '@ferry/qmp';
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
  'postcopy-active': 'serving',
  'postcopy-paused': 'serving',
  'postcopy-recover': 'serving',
  colo: 'unknown',
  unknown: 'unknown',
};

/**
 * QEMU's word, with one doubt: a source that has sent nothing yet since it went into post-copy may still fail in sending
 * its state, and a QEMU later than 7.2 then resumes by itself.
 */
export function statusOf({ status, ram }: MigrationInfo): Status {
  const known = migrationStatus(status);
  return known === 'postcopy-active' && ram?.['postcopy-bytes'] === 0 ? 'device' : known;
}

/** The source's copy, by what QEMU says of its CPUs and of its last migration. */
export function sourceCopyOf(
  runState: RunState,
  migration: Status,
): Exclude<SourceCopy, 'died' | 'absent' | 'vanished'> {
  const stage = STAGE_OF[migration];
  // The destination of a post-copy may run, and is a source to nobody until that is over.
  if (stage === 'serving') return runState === 'running' ? 'running' : isSource(runState) ? 'serving' : 'unknown';
  // It receives: it is no source.
  if (stage === 'unknown' || runState === 'inmigrate') return 'unknown';
  if (stage === 'copying' || stage === 'held' || stage === 'finishing') return 'copying';
  if (runState === 'running') return 'running';
  if (runState === 'finish-migrate') return stage === 'settled' ? 'settled' : 'copying';
  if (runState === 'postmigrate' && stage === 'settled') return 'settled';
  return 'paused';
}

function isSource(runState: RunState): boolean {
  return runState === 'finish-migrate' || runState === 'postmigrate';
}

/** The destination's copy, likewise. */
export function destinationCopyOf(
  runState: RunState,
  migration: Status,
): Exclude<DestinationCopy, 'absent' | 'halted'> {
  // Its storage had failed it at its source already, or has here: it stands, and whether it may run is the record's word.
  if (runState === 'io-error' && migration === 'completed') return 'settled';
  switch (runState) {
    case 'inmigrate':
      return 'receiving';
    case 'paused':
      if (STAGE_OF[migration] === 'serving') return 'fetching';
      return migration === 'completed' ? 'settled' : 'unknown';
    // These are a source's.
    case 'prelaunch':
    case 'finish-migrate':
    case 'postmigrate':
      return 'unknown';
    default:
      return STAGE_OF[migration] === 'serving' ? 'lacking' : 'running';
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
      return isOver(migration) ? 'settled' : 'paused';
    case 'postmigrate':
    case 'finish-migrate':
      return isOver(migration) ? 'settled' : 'paused';
    default:
      return 'paused';
  }
}

/** It can't run by itself, or has never run here. */
function isOver(migration: Status): boolean {
  const stage = STAGE_OF[migration];
  return stage === 'settled' || stage === 'serving';
}
