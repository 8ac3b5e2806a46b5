import type { Command } from 'commander';
import { reasonOption } from '../arguments.ts';
import { resolveMigration, shortId } from '../resolve-migration.ts';
import type { Session } from '../session.ts';
import { awaitRecord } from '../watch/await-record.ts';

export function release(program: Command, session: Session): void {
  program
    .command('release')
    .description('let a held migration switch over')
    .argument('<id>', 'a migration')
    .addOption(reasonOption())
    .action(async (id: string, { reason }: { reason?: string }) => {
      const migration = await resolveMigration(session.client, id);
      const answer = await session.client.releaseMigration(migration, { reason: reason ?? null });
      await awaitRecord(session.client, migration, (record) => record.hold === null, { patienceMs: 3_000 });
      session.answer(
        { migration, ...answer },
        () =>
          `${session.ink('good', 'Released')}: it switches over.\n` +
          session.ink('faint', `Follow it with: ferry watch ${shortId(migration)}`),
      );
    });
}
