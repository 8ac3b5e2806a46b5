import { PRIORITIES, type Priority } from '@ferry/domain';
import type { SubmittedMigration, SubmitMigrationBody } from '@ferry/contracts/http';
import { Option, type Command } from 'commander';
import { reasonOption } from '../arguments.ts';
import { formatRate } from '../display/quantities.ts';
import { addPolicyOptions, policyOf, type PolicyOptions } from '../policy-options.ts';
import { shortId } from '../resolve-migration.ts';
import type { Session } from '../session.ts';
import { watchMigration } from '../watch/watch-migration.ts';

interface MigrateOptions extends PolicyOptions {
  to: string;
  watch?: boolean;
  hold?: boolean;
  dryRun?: boolean;
  reason?: string;
  priority?: Priority;
  idempotencyKey?: string;
}

export function migrate(program: Command, session: Session): void {
  const command = program
    .command('migrate')
    .description('move a running virtual machine to another host')
    .argument('<vm>', 'a virtual machine')
    .requiredOption('--to <host>', 'the destination')
    .option('--watch', 'follow it until it ends or waits for a person')
    .option('--hold', 'copy its memory and keep it fresh, and switch over only once it is released')
    .option('--dry-run', 'check the request, and start nothing')
    .addOption(reasonOption())
    .addOption(new Option('--priority <priority>', 'whose turn comes first where migrations wait').choices(PRIORITIES))
    .option('--idempotency-key <uuid>', 'the migration’s id; repeating the command with it starts nothing new');
  addPolicyOptions(command).action(async (vm: string, options: MigrateOptions) => {
    const { idempotencyKey } = options;
    const submitted = await session.client.submitMigration(requestOf(vm, options), { idempotencyKey });
    const { id } = submitted;
    const follow = options.watch === true && id !== null;
    if (session.json && follow) session.print(JSON.stringify({ kind: 'submitted', submitted }));
    else session.answer(submitted, () => describe(session, submitted, follow));
    if (follow) session.exitCode = await watchMigration(session, id, true);
  });
}

function requestOf(vm: string, options: MigrateOptions): SubmitMigrationBody {
  const { to, reason, priority, dryRun = false, hold } = options;
  const request = { vm, destination: to, reason: reason ?? null, dryRun, priority, policy: policyOf(options) };
  return { ...request, ...(hold && { hold }) };
}

function describe({ ink }: Session, submitted: SubmittedMigration, follow: boolean): string {
  const { id, vm, source, destination, policy } = submitted;
  const way = `from ${source} to ${destination}`;
  if (id === null) {
    const limits = `${policy.name}: at most ${formatRate(policy.bandwidthBytesPerSecond)}, downtime limit ${policy.downtimeLimitMs} ms`;
    return `${ink('strong', vm)} would move ${way} (${limits}). ${ink('warning', 'Nothing was started.')}`;
  }
  const words = `${ink('strong', vm)} moves ${way}: migration ${ink('accent', id)}`;
  return follow ? words : `${words}\n${ink('faint', `Follow it with: ferry watch ${shortId(id)}`)}`;
}
