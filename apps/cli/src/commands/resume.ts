import { PHASE_TITLE } from '@ferry/domain';
import type { Command } from 'commander';
import { reasonOption } from '../arguments.ts';
import { addLimitOptions, limitsOf, type PolicyOptions } from '../policy-options.ts';
import { resolveMigration, shortId } from '../resolve-migration.ts';
import type { Session } from '../session.ts';
import { awaitRecord } from '../watch/await-record.ts';

export function resume(program: Command, session: Session): void {
  const command = program
    .command('resume')
    .description(
      'go on with a migration that needs attention, from the phase in which it waits; with other limits if they are given',
    )
    .argument('<id>', 'a migration')
    .addOption(reasonOption());
  addLimitOptions(command).action(async (id: string, options: PolicyOptions & { reason?: string }) => {
    const migration = await resolveMigration(session.client, id);
    const body = { reason: options.reason ?? null, policy: limitsOf(options) };
    const { phase } = await session.client.resumeMigration(migration, body);
    // Whoever types `ferry watch` next must not be told that it still waits.
    await awaitRecord(session.client, migration, ({ state }) => state !== 'needs-attention', { patienceMs: 3_000 });
    session.answer(
      { migration, phase },
      () =>
        `${session.ink('good', 'Resumed')} with ${phase}: ${PHASE_TITLE[phase as keyof typeof PHASE_TITLE]}.\n` +
        session.ink('faint', `Follow it with: ferry watch ${shortId(migration)}`),
    );
  });
}
