import type { MigrationPolicy } from '@ferry/domain';
import type { Command } from 'commander';
import { parseBytes, parseWhole } from './arguments.ts';

export interface PolicyOptions {
  bandwidth?: number;
  downtimeLimit?: number;
  blackoutLimit?: number;
  stallLimit?: number;
}

/** Adds an option for each limit of a policy. */
export function addPolicyOptions(command: Command): Command {
  return command
    .option('--bandwidth <rate>', 'ceiling of the transfer in bytes a second, such as 500M', parseBytes)
    .option('--downtime-limit <ms>', 'longest downtime to plan the switchover for', parseWhole)
    .option('--blackout-limit <ms>', 'the source takes its guest back if the destination starts it later', parseWhole)
    .option('--stall-limit <ms>', 'give the transfer up if nothing moves for so long', parseWhole);
}

/** What was given of a policy. */
export function policyOf(options: PolicyOptions): { [Limit in keyof MigrationPolicy]: number | undefined } {
  return {
    bandwidthBytesPerSecond: options.bandwidth,
    downtimeLimitMs: options.downtimeLimit,
    blackoutLimitMs: options.blackoutLimit,
    stallLimitMs: options.stallLimit,
  };
}
