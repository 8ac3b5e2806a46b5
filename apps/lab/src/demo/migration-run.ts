import type { FerryClient } from '@ferry/client';
import type { AuditEntry, MigrationDetail, SubmitMigrationBody } from '@ferry/contracts/http';
import { PHASE_TITLE, type MigrationProgress, type Phase } from '@ferry/domain';
import { bytes, milliseconds } from './amounts.ts';
import type { Terminal } from '../terminal.ts';

export interface RunOptions {
  /** Called at the first word of the source's agent that memory is on its way: everything is armed by then. */
  readonly transferring?: () => void;
  /** How long all of it may take, in ms. */
  readonly withinMs?: number;
}

const ends: readonly string[] = ['migration.completed', 'migration.cancelled', 'migration.failed'];
const betweenProgressMs = 1_000;

/**
 * Asks the API for a migration and prints each phase as the API tells of it.
 * @returns the migration as the API has it once it has ended
 * @throws FerryProblem when the API refuses, and when the end does not come within the time (in ms)
 */
export async function runMigration(
  client: FerryClient,
  request: SubmitMigrationBody,
  terminal: Terminal,
  { transferring, withinMs = 120_000 }: RunOptions = {},
): Promise<MigrationDetail> {
  const signal = AbortSignal.timeout(withinMs);
  // The stream is there before the request, so nothing of it is missed.
  const steps = client.follow({ signal });
  let id: string | null = null;
  let lastProgress = -Infinity;
  let lastEnd = -Infinity;
  for await (const step of steps) {
    if (step.kind === 'connected') {
      id ??= (await client.submitMigration(request)).id;
    } else if (step.kind === 'history' && step.entry.migration === id) {
      const line = entryLine(step.entry, lastEnd);
      if (line !== null) terminal.event(line);
      lastEnd = Math.max(lastEnd, endOf(step.entry));
      if (ends.includes(step.entry.action) && id !== null) return client.migration(id);
    } else if (step.kind === 'progress' && step.progress.migration === id) {
      if (lastProgress === -Infinity) {
        terminal.event('memory is on its way, and both agents are armed: they need nobody else to finish');
        transferring?.();
      }
      if (performance.now() - lastProgress > betweenProgressMs) {
        terminal.event(progressLine(step.progress));
        lastProgress = performance.now();
      }
    }
  }
  throw new Error(`the migration has not ended after ${withinMs / 1000} s`);
}

/** What a line of the audit history says to people; null for those that the next one says better. */
function entryLine(entry: AuditEntry, lastEnd: number): string | null {
  const { action, actor, details, host } = entry;
  switch (action) {
    case 'migration.requested':
      return `requested by ${actor}: ${String(details['source'])} → ${String(details['destination'])}`;
    case 'migration.phase-started':
      return null;
    case 'migration.phase-completed':
      return `${title(details)} ${(host ?? '').padEnd(8)} ${duration(entry, lastEnd).padStart(8)}`;
    case 'migration.decided':
      return `decided: ${String(details['explanation'])}`;
    default: {
      const failure = details['failure'] as { code: string; detail: string } | undefined;
      return `${action.replace('migration.', '')}${failure === undefined ? '' : `: ${failure.code}, ${failure.detail}`}`;
    }
  }
}

function title(details: Record<string, unknown>): string {
  return PHASE_TITLE[details['phase'] as Phase].padEnd(42);
}

/** When its deed was done: an armed phase's activity may end later, when the other side is seen to have gone on. */
function endOf({ details }: AuditEntry): number {
  const deed = (details['details'] ?? {}) as Record<string, unknown>;
  const end = deed['releasedAt'] ?? deed['startedAt'] ?? deed['runningAt'] ?? details['finishedAt'];
  return typeof end === 'string' ? Date.parse(end) : -Infinity;
}

/** From the end of the phase before it, since armed phases have begun long before their turn. */
function duration(entry: AuditEntry, lastEnd: number): string {
  const took = endOf(entry) - Math.max(lastEnd, Date.parse(String(entry.details['startedAt'])));
  return took < 0 ? 'already' : milliseconds(took);
}

function progressLine(progress: MigrationProgress): string {
  const done = `${bytes(progress.transferredBytes)} sent, ${bytes(progress.remainingBytes)} to go`;
  return `  memory: ${done}, round ${progress.rounds}, ${bytes(progress.bytesPerSecond)}/s`;
}
