import type { Command } from 'commander';
import { parseWhole, reasonOption } from '../arguments.ts';
import { formatDuration } from '../display/quantities.ts';
import { resolveMigration, shortId } from '../resolve-migration.ts';
import type { Session } from '../session.ts';

export function force(program: Command, session: Session): void {
  program
    .command('force')
    .description('switch a migration over now, also where its guest dirties memory faster than it is copied')
    .argument('<id>', 'a migration')
    .requiredOption('--downtime <ms>', 'the downtime that is agreed to', parseWhole)
    .addOption(reasonOption())
    .action(async (id: string, { downtime, reason }: { downtime: number; reason?: string }) => {
      const migration = await resolveMigration(session.client, id);
      const answer = await session.client.forceMigration(migration, { downtimeMs: downtime, reason: reason ?? null });
      session.answer(
        { migration, ...answer },
        () =>
          `${session.ink('warning', 'Forced')}: it switches over with a downtime of up to ${formatDuration(downtime)}.\n` +
          session.ink('faint', `Follow it with: ferry watch ${shortId(migration)}`),
      );
    });
}
