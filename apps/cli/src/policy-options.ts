import type { MigrationPolicy, PolicyLimit } from '@ferry/domain';
import type { Command } from 'commander';
import { parseBytes, parseWhole } from './arguments.ts';

export interface PolicyOptions {
  bandwidth?: number;
  downtimeLimit?: number;
  blackoutLimit?: number;
  stallLimit?: number;
  plainText?: true;
  channels?: number;
  compress?: true;
}

/** Adds an option for each part of a policy. */
export function addPolicyOptions(command: Command): Command {
  return addLimitOptions(command)
    .option('--plain-text', 'send the guest’s memory unencrypted, for whoever can listen to read')
    .option('--channels <number>', 'connections that share the memory', parseWhole)
    .option('--compress', 'send less over a narrow link, at the cost of both hosts’ processors');
}

/** Adds an option for each limit of a policy, which can be changed on the way. */
export function addLimitOptions(command: Command): Command {
  return command
    .option('--bandwidth <rate>', 'ceiling of the transfer in bytes a second, such as 500M', parseBytes)
    .option('--downtime-limit <ms>', 'longest downtime to plan the switchover for', parseWhole)
    .option('--blackout-limit <ms>', 'the source takes its guest back if the destination starts it later', parseWhole)
    .option('--stall-limit <ms>', 'give the transfer up if nothing moves for so long', parseWhole);
}

/** What was given of a policy. */
export function policyOf(options: PolicyOptions): {
  [Part in keyof MigrationPolicy]: MigrationPolicy[Part] | undefined;
} {
  const { plainText, channels, compress } = options;
  return { stream: plainText && 'plain-text', channels, compression: compress && 'zstd', ...limitsOf(options) };
}

type ChangeableLimit = Exclude<PolicyLimit, 'channels'>;

/** What was given of the limits that can be changed on the way. */
export function limitsOf(options: PolicyOptions): { [Limit in ChangeableLimit]: number | undefined } {
  return {
    bandwidthBytesPerSecond: options.bandwidth,
    downtimeLimitMs: options.downtimeLimit,
    blackoutLimitMs: options.blackoutLimit,
    stallLimitMs: options.stallLimit,
  };
}
