import type { MigrationStateName, VmStatus } from '@ferry/domain';
import type { AuditEntry, Host, MigrationDetail } from '@ferry/contracts/http';
import type { Style } from './ink.ts';

type State =
  MigrationStateName | VmStatus | Host['status'] | AuditEntry['outcome'] | MigrationDetail['phases'][number]['state'];

/** The style in which a state is shown, wherever it is. */
export const STATE_STYLE: Record<State, Style> = {
  running: 'accent',
  queued: 'warning',
  'needs-attention': 'warning',
  cancelling: 'warning',
  completed: 'good',
  cancelled: 'warning',
  rehearsed: 'good',
  failed: 'bad',
  paused: 'warning',
  receiving: 'accent',
  settled: 'accent',
  stopped: 'faint',
  unknown: 'warning',
  up: 'good',
  silent: 'bad',
  accepted: 'accent',
  refused: 'bad',
  done: 'good',
};
