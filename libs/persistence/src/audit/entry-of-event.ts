import type { HostId, MigrationEvent, MigrationEventType } from '@ferry/domain';
import type { AuditOutcome } from './audit-schema.ts';
import type { NewAuditEntry } from './audit-store.ts';

/** Who acts where no person does: the workflow. */
export const FERRY_ACTOR = 'ferry';

const OUTCOME: Record<MigrationEventType, AuditOutcome> = {
  requested: 'accepted',
  'phase-started': 'accepted',
  'phase-completed': 'done',
  queued: 'accepted',
  admitted: 'done',
  'phase-failed': 'failed',
  'needs-attention': 'failed',
  resumed: 'accepted',
  'gate-shut': 'accepted',
  'gate-opened': 'accepted',
  forced: 'accepted',
  tuned: 'accepted',
  'cancel-requested': 'accepted',
  decided: 'done',
  'decided-by-person': 'done',
  heard: 'done',
  compensated: 'done',
  'left-behind': 'failed',
  completed: 'done',
  cancelled: 'done',
  rehearsed: 'done',
  failed: 'failed',
};

/** The audit history's line for an event of a migration. */
export function entryOfEvent(event: MigrationEvent): NewAuditEntry {
  const { migration, vm, sequence, at, type, ...details } = event;
  return {
    at,
    actor: 'actor' in event ? event.actor : FERRY_ACTOR,
    action: `migration.${type}`,
    outcome: OUTCOME[type],
    migration,
    sequence,
    vm,
    host: hostOf(event),
    details,
  };
}

function hostOf(event: MigrationEvent): HostId | null {
  if ('host' in event) return event.host;
  return 'owner' in event ? event.owner : null;
}
