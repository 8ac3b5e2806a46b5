import { PRIORITIES, type Priority } from '@ferry/domain';
import { Option, type Command } from 'commander';
import { reasonOption } from '../arguments.ts';
import { addPolicyOptions, policyOf, type PolicyOptions } from '../policy-options.ts';
import type { Session } from '../session.ts';
import { watchMigration } from '../watch/watch-migration.ts';

interface RehearseOptions extends PolicyOptions {
  to: string;
  reason?: string;
  priority?: Priority;
}

export function rehearse(program: Command, session: Session): void {
  const command = program
    .command('rehearse')
    .description('copy a running virtual machine’s memory to another host, say how a migration would go, and undo it')
    .argument('<vm>', 'a virtual machine; it runs on where it is')
    .requiredOption('--to <host>', 'the destination')
    .addOption(reasonOption())
    .addOption(new Option('--priority <priority>', 'whose turn comes first where migrations wait').choices(PRIORITIES));
  addPolicyOptions(command).action(async (vm: string, options: RehearseOptions) => {
    const { to, reason, priority } = options;
    const request = { vm, destination: to, reason: reason ?? null, priority, policy: policyOf(options) };
    const submitted = await session.client.rehearse(request);
    const { id, source, destination } = submitted;
    if (id === null) throw new Error('the API has started no rehearsal');
    const { ink } = session;
    if (session.json) session.print(JSON.stringify({ kind: 'submitted', submitted }));
    else session.print(`${ink('strong', vm)} rehearses its way from ${source} to ${destination}: ${ink('accent', id)}`);
    session.exitCode = await watchMigration(session, id, true);
  });
}
