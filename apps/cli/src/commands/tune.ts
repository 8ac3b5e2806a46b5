import type { Command } from 'commander';
import { parseBytes, parseWhole, reasonOption } from '../arguments.ts';
import { policyWords } from '../display/policy-words.ts';
import { resolveMigration } from '../resolve-migration.ts';
import type { Session } from '../session.ts';

export function tune(program: Command, session: Session): void {
  program
    .command('tune')
    .description('change the limits of a migration while it runs; of a held one, from its release on')
    .argument('<id>', 'a migration')
    .option('--bandwidth <rate>', 'ceiling of the transfer in bytes a second, such as 200MiB', parseBytes)
    .option('--downtime-limit <ms>', 'longest downtime to plan the switchover for', parseWhole)
    .addOption(reasonOption())
    .action(async (id: string, options: { bandwidth?: number; downtimeLimit?: number; reason?: string }) => {
      const { bandwidth, downtimeLimit, reason } = options;
      const migration = await resolveMigration(session.client, id);
      const body = { bandwidthBytesPerSecond: bandwidth, downtimeLimitMs: downtimeLimit, reason: reason ?? null };
      const answer = await session.client.tuneMigration(migration, body);
      session.answer({ migration, ...answer }, () => `${session.ink('good', 'Tuned')}: ${policyWords(answer.policy)}.`);
    });
}
