import type { CancelAnswer } from '@ferry/contracts';
import type { Command } from 'commander';
import { reasonOption } from '../arguments.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { resolveMigration } from '../resolve-migration.ts';
import type { Session } from '../session.ts';

const EXIT_OF: Record<CancelAnswer['outcome'], ExitCode> = {
  kept: EXIT.OK,
  'too-late': EXIT.REFUSED,
  ended: EXIT.FAILED,
  pending: EXIT.NEEDS_ATTENTION,
};

const WORDS: Record<CancelAnswer['outcome'], (owner: string) => string> = {
  kept: (owner) => `Cancelled: the guest runs on at ${owner}.`,
  'too-late': (owner) => `Too late: the guest has moved to ${owner}, and the migration completes.`,
  ended: () => 'The guest ended in the meantime.',
  pending: () => 'It is being called off, and goes on with that by itself; `ferry show` tells what it waits for.',
};

export function cancel(program: Command, session: Session): void {
  program
    .command('cancel')
    .description('cancel a migration: the guest stays at its source')
    .argument('<id>', 'a migration')
    .addOption(reasonOption())
    .action(async (id: string, { reason }: { reason?: string }) => {
      const migration = await resolveMigration(session.client, id);
      const answer = await session.client.cancelMigration(migration, { reason: reason ?? null });
      session.exitCode = EXIT_OF[answer.outcome];
      session.answer({ migration, ...answer }, () => {
        const style = answer.outcome === 'kept' ? 'good' : 'warning';
        const words = session.ink(style, WORDS[answer.outcome](answer.owner ?? 'its host'));
        return `${words}\n${session.ink('faint', answer.explanation)}`;
      });
    });
}
