import type { Command } from 'commander';
import { resolveMigration } from '../resolve-migration.ts';
import type { Session } from '../session.ts';
import { watchMigration } from '../watch/watch-migration.ts';

export function watch(program: Command, session: Session): void {
  program
    .command('watch')
    .description('follow a migration until it ends or waits for a person; with --json, one JSON object a line')
    .argument('<id>', 'a migration')
    .action(async (id: string) => {
      session.exitCode = await watchMigration(session, await resolveMigration(session.client, id));
    });
}
