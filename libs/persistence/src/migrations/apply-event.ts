import { isTerminal, PHASES, type Failure, type Finding, type MigrationEvent, type Phase } from '@ferry/domain';
import type { MigrationRow } from './migration-schema.ts';
import type { PhaseRun } from './phase-schema.ts';

/** A migration with its phases, in their order. */
export interface MigrationRecord extends MigrationRow {
  phases: PhaseRun[];
}

/** An event came before the one that it follows. It is not stored: order is the history's promise. */
export class EventGapError extends Error {
  constructor(event: MigrationEvent, expected: number) {
    super(`event ${event.sequence} of migration ${event.migration} came where ${expected} was due`);
    this.name = 'EventGapError';
  }
}

/** What is known of a migration after its next event. Fails with `EventGapError` if it isn't the next. */
export function applyEvent(record: MigrationRecord | null, event: MigrationEvent): MigrationRecord {
  const expected = (record?.lastSequence ?? 0) + 1;
  if (event.sequence !== expected) throw new EventGapError(event, expected);
  if (event.type === 'requested') return requested(event);
  if (record === null) throw new EventGapError(event, 1);
  // Nothing that comes after the end changes how it ended.
  const changed = isTerminal(record.state) ? {} : changes(record, event);
  return { ...record, ...changed, lastSequence: event.sequence };
}

type Requested = Extract<MigrationEvent, { type: 'requested' }>;

function requested(event: Requested): MigrationRecord {
  return {
    id: event.migration,
    vm: event.vm,
    source: event.source,
    destination: event.destination,
    state: 'running',
    phase: null,
    owner: null,
    requestedBy: event.actor,
    reason: event.reason,
    requestedAt: event.at,
    finishedAt: null,
    policy: event.policy,
    hold: null,
    priority: event.priority,
    failure: null,
    statistics: null,
    rehearsal: event.rehearsal === true ? { figures: null } : null,
    blackoutMs: null,
    lastSequence: 1,
    phases: [],
  };
}

function changes(record: MigrationRecord, event: Exclude<MigrationEvent, Requested>): Partial<MigrationRecord> {
  switch (event.type) {
    case 'phase-started': {
      const run = { state: 'running', startedAt: event.at, finishedAt: null, failure: null } as const;
      return withPhase(record, event.phase, run);
    }
    case 'phase-completed': {
      const { host, attempts, startedAt, finishedAt, details } = event;
      return withPhase(record, event.phase, {
        ...{ state: 'completed', failure: null, host, attempts, startedAt, finishedAt, details },
      });
    }
    case 'queued':
      return record.state === 'running' ? { state: 'queued' } : {};
    case 'admitted':
      return record.state === 'queued' ? { state: 'running' } : {};
    case 'phase-failed': {
      const { host, attempts, failure } = event;
      const known = { ...(host !== undefined && { host }), ...(attempts !== undefined && { attempts }) };
      return withPhase(record, event.phase, { state: 'failed', finishedAt: event.at, failure, ...known });
    }
    case 'needs-attention':
      return { state: 'needs-attention', phase: event.phase, failure: event.failure };
    case 'resumed':
      return { state: 'running', phase: event.phase, failure: null, policy: event.policy ?? record.policy };
    case 'gate-shut':
      return { hold: { by: event.actor, reason: event.reason, since: event.at } };
    case 'gate-opened':
      return { hold: null };
    case 'forced':
      return { hold: null, policy: event.policy };
    case 'tuned':
      return { policy: event.policy };
    case 'cancel-requested':
      return { state: 'cancelling' };
    case 'decided':
      // A cancel that came too late changes nothing: the migration goes on.
      return event.decision === 'moved-despite-cancel'
        ? { owner: event.owner, state: 'running' }
        : { owner: event.owner };
    case 'decided-by-person':
      return { owner: event.owner };
    case 'heard':
    case 'compensated':
    case 'left-behind':
      return {};
    case 'completed': {
      const { owner, statistics, stoppedAt, runningAt } = event;
      // The source has seen it begin, and the destination end.
      const blackoutMs = clocksDiffer(record) ? null : Date.parse(runningAt) - Date.parse(stoppedAt);
      return {
        ...{ state: 'completed', phase: null, failure: null, finishedAt: event.at, hold: null },
        ...{ owner, statistics, blackoutMs },
      };
    }
    case 'cancelled': {
      const failure: Failure = { code: 'TRANSFER_WITHDRAWN', detail: 'The migration was cancelled.' };
      return {
        state: 'cancelled',
        failure: null,
        hold: null,
        finishedAt: event.at,
        owner: event.owner,
        ...ended(record, event.at, failure),
      };
    }
    case 'rehearsed': {
      const { owner, figures } = event;
      return {
        ...{ state: 'rehearsed', failure: null, finishedAt: event.at, owner },
        rehearsal: { figures },
      };
    }
    case 'failed': {
      const { owner, failure } = event;
      return { state: 'failed', failure, hold: null, finishedAt: event.at, owner, ...ended(record, event.at, failure) };
    }
  }
}

function clocksDiffer({ phases }: MigrationRecord): boolean {
  const found = phases.find(({ phase }) => phase === 'preflight')?.details['findings'];
  return Array.isArray(found) && (found as Finding[]).some(({ code }) => code === 'CLOCKS_DIFFER');
}

function withPhase(record: MigrationRecord, phase: Phase, change: Partial<PhaseRun>): Partial<MigrationRecord> {
  const known = record.phases.find((run) => run.phase === phase) ?? fresh(phase);
  const others = record.phases.filter((run) => run.phase !== phase);
  const phases = [...others, { ...known, ...change }].sort((a, b) => place(a.phase) - place(b.phase));
  // Armed phases run long before their turn: what is under way is the earliest that runs.
  const running = phases.find((run) => run.state === 'running');
  return { phases, phase: running?.phase ?? phase };
}

function fresh(phase: Phase): PhaseRun {
  return {
    phase,
    state: 'running',
    host: null,
    attempts: 0,
    startedAt: null,
    finishedAt: null,
    details: {},
    failure: null,
  };
}

function place(phase: Phase): number {
  return PHASES.indexOf(phase);
}

/** Nothing of an ended migration runs any more. */
function ended(record: MigrationRecord, at: string, failure: Failure): Pick<MigrationRecord, 'phases'> {
  const end = (run: PhaseRun): PhaseRun =>
    run.state === 'running' ? { ...run, state: 'failed', finishedAt: at, failure } : run;
  return { phases: record.phases.map(end) };
}
