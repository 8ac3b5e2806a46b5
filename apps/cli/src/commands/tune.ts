import type { Command } from 'commander';
import { reasonOption } from '../arguments.ts';
import { policyWords } from '../display/policy-words.ts';
import { addTunableOptions, tunableOf, type TunableOptions } from '../policy-options.ts';
import { resolveMigration } from '../resolve-migration.ts';
import type { Session } from '../session.ts';

export function tune(program: Command, session: Session): void {
  const command = program
    .command('tune')
    .description('change the limits of a migration while it runs; of a held one, from its release on')
    .argument('<id>', 'a migration');
  addTunableOptions(command)
    .addOption(reasonOption())
    .action(async (id: string, { reason, ...options }: TunableOptions & { reason?: string }) => {
      const migration = await resolveMigration(session.client, id);
      const answer = await session.client.tuneMigration(migration, { ...tunableOf(options), reason: reason ?? null });
      session.answer({ migration, ...answer }, () => `${session.ink('good', 'Tuned')}: ${policyWords(answer.policy)}.`);
    });
}
