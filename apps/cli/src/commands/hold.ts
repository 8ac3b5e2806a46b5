import type { Command } from 'commander';
import { reasonOption } from '../arguments.ts';
import { resolveMigration, shortId } from '../resolve-migration.ts';
import type { Session } from '../session.ts';
import { awaitRecord } from '../watch/await-record.ts';

export function hold(program: Command, session: Session): void {
  program
    .command('hold')
    .description('keep a migration from switching over: its memory is copied and kept fresh meanwhile')
    .argument('<id>', 'a migration')
    .addOption(reasonOption())
    .action(async (id: string, { reason }: { reason?: string }) => {
      const migration = await resolveMigration(session.client, id);
      const answer = await session.client.holdMigration(migration, { reason: reason ?? null });
      await awaitRecord(session.client, migration, (record) => record.hold !== null, { patienceMs: 3_000 });
      session.answer(
        { migration, ...answer },
        () =>
          `${session.ink('good', 'Held')}: the guest runs on, and is not switched over.\n` +
          session.ink('faint', `Let it go on with: ferry release ${shortId(migration)}`),
      );
    });
}
