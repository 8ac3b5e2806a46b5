import type { MigrationDetail } from '@ferry/contracts/http';
import type { MigrationStateName } from '@ferry/domain';
import { showMigrationFailure } from '../display/failure-words.ts';
import { outcomeWords } from '../display/outcome-words.ts';
import { STATE_STYLE } from '../display/state-style.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { shortId } from '../resolve-migration.ts';
import type { Session } from '../session.ts';
import { followMigration } from './follow-migration.ts';
import { JsonLines } from './json-lines.ts';
import { PhaseLog } from './phase-log.ts';

const EXIT_OF: Record<MigrationStateName, ExitCode> = {
  // Following ends in none of these three.
  running: EXIT.FAILED,
  queued: EXIT.FAILED,
  cancelling: EXIT.FAILED,
  completed: EXIT.OK,
  failed: EXIT.FAILED,
  cancelled: EXIT.CANCELLED,
  rehearsed: EXIT.OK,
  'needs-attention': EXIT.NEEDS_ATTENTION,
};

/** Shows a migration until it has ended or waits for a person; Ctrl-C leaves it alone. Answers with what to exit with. */
export async function watchMigration(session: Session, id: string, justSubmitted = false): Promise<ExitCode> {
  const display = session.json ? new JsonLines(session) : new PhaseLog(session);
  const interrupt = new AbortController();
  const release = session.terminal.onInterrupt(() => {
    interrupt.abort();
  });
  let seen: MigrationDetail | undefined;
  try {
    for await (const sight of followMigration(session.client, id, { signal: interrupt.signal, justSubmitted })) {
      if (sight.kind === 'migration') seen = sight.migration;
      display.show(sight);
    }
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    display.end();
    session.terminal.err(`Left alone, it goes on. Come back with: ferry watch ${shortId(id)}\n`);
    return EXIT.INTERRUPTED;
  } finally {
    display.end();
    release();
  }
  if (seen === undefined) return EXIT.FAILED;
  if (!session.json) conclude(session, seen);
  return EXIT_OF[seen.state];
}

function conclude(session: Session, migration: MigrationDetail): void {
  const { ink } = session;
  for (const line of outcomeWords(migration)) {
    session.print(ink(STATE_STYLE[migration.state], line));
  }
  if (migration.failure !== null) session.print(showMigrationFailure(ink, migration.failure));
  if (migration.state === 'needs-attention') {
    const id = shortId(migration.id);
    session.print(ink('warning', 'It waits for a person.'));
    session.print(`Go on with: ferry resume ${id}\nGive it up:  ferry cancel ${id}`);
  }
}
