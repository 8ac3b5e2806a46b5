import { createCredential } from '@ferry/client';
import type { Command } from 'commander';
import { parseWhole, reasonOption } from '../arguments.ts';
import type { Session } from '../session.ts';

interface Why {
  reason?: string;
}

const AN_HOUR = 60;

export function cluster(program: Command, session: Session): void {
  const group = program.command('cluster').description('create or remove a cluster, and say which hosts belong to it');
  group
    .command('create')
    .description('create a cluster without hosts')
    .argument('<cluster>', 'its name, of a-z, 0-9 and "-"')
    .addOption(reasonOption())
    .action(async (name: string, { reason }: Why) => {
      await session.client.createCluster({ name, reason: reason ?? null });
      session.answer({ cluster: name }, () => `Created. Invite a host with: ferry cluster invite ${name} HOST`);
    });
  group
    .command('remove')
    .description('remove a cluster that has no hosts')
    .argument('<cluster>', 'a cluster')
    .addOption(reasonOption())
    .action(async (name: string, { reason }: Why) => {
      await session.client.removeCluster(name, { reason: reason ?? null });
      session.answer({ cluster: name }, () => `${session.ink('strong', name)} is removed.`);
    });
  group
    .command('invite')
    .description('make a host’s credential, which is shown once; its agent joins by it, or changes its credential')
    .argument('<cluster>', 'a cluster')
    .argument('<host>', 'the name that its agent has in FERRY_HOST')
    .option('--minutes <n>', 'how long it has to join', parseWhole, AN_HOUR)
    .addOption(reasonOption())
    .action(async (name: string, host: string, { minutes, reason }: Why & { minutes: number }) => {
      const { credential, credentialHash } = createCredential(name, host);
      const body = { host, credentialHash, validMinutes: minutes, reason: reason ?? null };
      const { expiresAt } = await session.client.inviteHost(name, body);
      // The credential alone is the answer, so that it can be sent into the host's file.
      session.answer({ cluster: name, host, expiresAt, credential }, () => credential);
      if (session.json) return;
      session.terminal.err(
        `Until ${expiresAt}: let it be, mode 600, in the file that ${host} names in FERRY_CREDENTIAL,\n`,
      );
      session.terminal.err('and start its agent again. It is not shown again.\n');
    });
  group
    .command('dismiss')
    .description('end the membership of a host without virtual machines, or revoke its invitation')
    .argument('<host>', 'a host')
    .addOption(reasonOption())
    .action(async (host: string, { reason }: Why) => {
      await session.client.dismissHost(host, { reason: reason ?? null });
      session.answer({ host }, () => `${session.ink('strong', host)} is a member of no cluster.`);
    });
}
