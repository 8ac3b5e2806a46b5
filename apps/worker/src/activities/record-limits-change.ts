import type { ControlPlaneActivities } from '@ferry/contracts';
import type { AuditStore } from '@ferry/persistence';

/** Adds a change of the limits to the audit history. */
export function createRecordLimitsChange(
  store: Pick<AuditStore, 'record'>,
): ControlPlaneActivities['recordLimitsChange'] {
  return ({ at, actor, reason, before, after }) =>
    store.record([
      {
        ...{ at, actor, action: 'limits.set', outcome: 'done' },
        ...{ migration: null, sequence: null, vm: null, host: null },
        details: { before, after, reason },
      },
    ]);
}
