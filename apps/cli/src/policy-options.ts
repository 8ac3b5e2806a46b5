import {
  POLICY_CHOICES,
  type MigrationPolicy,
  type PolicyLimit,
  type PolicyName,
  type TunableLimit,
} from '@ferry/domain';
import { Option, type Command } from 'commander';
import { parseBytes, parseDuration, parseWhole } from './arguments.ts';

export interface TunableOptions {
  bandwidth?: number;
  downtimeLimit?: number;
  rounds?: number;
  abandonAfter?: number;
  throttle?: number;
  lastResort?: number;
}

export interface PolicyOptions extends TunableOptions {
  policy?: PolicyName;
  blackoutLimit?: number;
  stallLimit?: number;
  plainText?: true;
  channels?: number;
  compress?: true;
  postCopy?: true;
}

/** Adds an option for each part of a policy. */
export function addPolicyOptions(command: Command): Command {
  return addLimitOptions(
    command.addOption(
      new Option('--policy <name>', 'what matters most; single values stand over it').choices(POLICY_CHOICES.name),
    ),
  )
    .option('--plain-text', 'send the guest’s memory unencrypted, for whoever can listen to read')
    .option('--channels <number>', 'connections that share the memory', parseWhole)
    .option('--compress', 'send less over a narrow link, at the cost of both hosts’ processors')
    .option(
      '--post-copy',
      'instead of giving up let the guest go on before all of its memory has moved; no way back then',
    );
}

/** Adds an option for each limit of a policy, which can be changed where a migration is resumed. */
export function addLimitOptions(command: Command): Command {
  return addTunableOptions(command)
    .option('--blackout-limit <ms>', 'the source takes its guest back if the destination starts it later', parseWhole)
    .option('--stall-limit <ms>', 'give the transfer up if nothing moves for so long', parseWhole);
}

/** Adds an option for each limit of a policy that can be changed while memory is copied. */
export function addTunableOptions(command: Command): Command {
  return command
    .option('--bandwidth <rate>', 'ceiling of the transfer in bytes a second, such as 500M', parseBytes)
    .option('--downtime-limit <ms>', 'longest downtime to plan the switchover for', parseWhole)
    .option('--rounds <number>', 'passes over the memory before the last resort, or the end', parseWhole)
    .option('--abandon-after <time>', 'copy for so long before the last resort, or the end; such as 90s', parseDuration)
    .option('--throttle <percent>', 'slow a guest that outruns the transfer by so much at most', parseWhole)
    .option('--last-resort <ms>', 'let the downtime limit grow to this before giving up; 0: not at all', parseWhole);
}

/** What was given of a policy. */
export function policyOf(options: PolicyOptions): {
  [Part in keyof MigrationPolicy]: MigrationPolicy[Part] | undefined;
} {
  const { policy: name, plainText, channels, compress, postCopy } = options;
  return {
    name,
    stream: plainText && 'plain-text',
    channels,
    compression: compress && 'zstd',
    postCopy: postCopy && 'last-resort',
    ...limitsOf(options),
  };
}

type ChangeableLimit = Exclude<PolicyLimit, 'channels'>;

/** What was given of the limits that can be changed where a migration is resumed. */
export function limitsOf(options: PolicyOptions): { [Limit in ChangeableLimit]: number | undefined } {
  const { blackoutLimit, stallLimit } = options;
  return { ...tunableOf(options), blackoutLimitMs: blackoutLimit, stallLimitMs: stallLimit };
}

/** What was given of the limits that can be changed while memory is copied. */
export function tunableOf(options: TunableOptions): { [Limit in TunableLimit]: number | undefined } {
  return {
    bandwidthBytesPerSecond: options.bandwidth,
    downtimeLimitMs: options.downtimeLimit,
    roundLimit: options.rounds,
    abandonAfterMs: options.abandonAfter,
    throttleLimitPercent: options.throttle,
    lastResortDowntimeMs: options.lastResort,
  };
}
