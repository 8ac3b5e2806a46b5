import { PRIORITIES, type Priority } from '@ferry/domain';
import type { SubmittedMigration, SubmitMigrationBody } from '@ferry/contracts/http';
import { Option, type Command } from 'commander';
import { parseBytes, parseWhole, reasonOption } from '../arguments.ts';
import { formatRate } from '../display/quantities.ts';
import { shortId } from '../resolve-migration.ts';
import type { Session } from '../session.ts';
import { watchMigration } from '../watch/watch-migration.ts';

interface MigrateOptions {
  to: string;
  watch?: boolean;
  dryRun?: boolean;
  reason?: string;
  priority?: Priority;
  bandwidth?: number;
  downtimeLimit?: number;
  blackoutLimit?: number;
  stallLimit?: number;
  idempotencyKey?: string;
}

export function migrate(program: Command, session: Session): void {
  program
    .command('migrate')
    .description('move a running virtual machine to another host')
    .argument('<vm>', 'a virtual machine')
    .requiredOption('--to <host>', 'the destination')
    .option('--watch', 'follow it until it ends or waits for a person')
    .option('--dry-run', 'check the request, and start nothing')
    .addOption(reasonOption())
    .addOption(new Option('--priority <priority>', 'whose turn comes first where migrations wait').choices(PRIORITIES))
    .option('--bandwidth <rate>', 'ceiling of the transfer in bytes a second, such as 500M', parseBytes)
    .option('--downtime-limit <ms>', 'longest downtime to plan the switchover for', parseWhole)
    .option('--blackout-limit <ms>', 'the source takes its guest back if the destination starts it later', parseWhole)
    .option('--stall-limit <ms>', 'give the transfer up if nothing moves for so long', parseWhole)
    .option('--idempotency-key <uuid>', 'the migration’s id; repeating the command with it starts nothing new')
    .action(async (vm: string, options: MigrateOptions) => {
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
  const { to, reason, priority, dryRun, bandwidth, downtimeLimit, blackoutLimit, stallLimit } = options;
  const policy = {
    bandwidthBytesPerSecond: bandwidth,
    downtimeLimitMs: downtimeLimit,
    blackoutLimitMs: blackoutLimit,
    stallLimitMs: stallLimit,
  };
  return { vm, destination: to, reason: reason ?? null, dryRun: dryRun ?? false, priority, policy };
}

function describe({ ink }: Session, submitted: SubmittedMigration, follow: boolean): string {
  const { id, vm, source, destination, policy } = submitted;
  const way = `from ${source} to ${destination}`;
  if (id === null) {
    const limits = `at most ${formatRate(policy.bandwidthBytesPerSecond)}, downtime limit ${policy.downtimeLimitMs} ms`;
    return `${ink('strong', vm)} would move ${way} (${limits}). ${ink('warning', 'Nothing was started.')}`;
  }
  const words = `${ink('strong', vm)} moves ${way}: migration ${ink('accent', id)}`;
  return follow ? words : `${words}\n${ink('faint', `Follow it with: ferry watch ${shortId(id)}`)}`;
}
