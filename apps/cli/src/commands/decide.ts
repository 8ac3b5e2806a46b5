import type { Command } from 'commander';
import { resolveMigration } from '../resolve-migration.ts';
import type { Session } from '../session.ts';

interface DecideOptions {
  owner: string;
  confirm: string;
  reason: string;
}

export function decide(program: Command, session: Session): void {
  program
    .command('decide')
    .description('say whose the guest is, where no host can tell; the other copy must be known not to run')
    .argument('<id>', 'a migration that needs attention')
    .requiredOption('--owner <host>', 'its source or its destination: the host that is to own the guest')
    .requiredOption('--confirm <text>', 'the VM and that host, as in "web-1 host-b"')
    .requiredOption('--reason <text>', 'how it is known that the other copy can’t run, for the audit history')
    .action(async (id: string, { owner, confirm, reason }: DecideOptions) => {
      const migration = await resolveMigration(session.client, id);
      const answer = await session.client.decideMigration(migration, { owner, confirmation: confirm, reason });
      session.answer({ migration, ...answer }, () => {
        const decided = answer.runs
          ? session.ink('good', `Decided: the guest runs on ${answer.owner}.`)
          : session.ink(
              'warning',
              `Decided: the guest was ${answer.owner}’s, and has ended there. It can be started again.`,
            );
        const cut = `The other host was cut off before from ${answer.cutOff.join(', ')}: let it in again when it is back.`;
        return answer.cutOff.length === 0 ? decided : `${decided}\n${cut}`;
      });
    });
}
