import type { MigrationPolicy } from '@ferry/domain';
import { formatRate } from './quantities.ts';

/** A policy on one line. */
export function policyWords(policy: MigrationPolicy): string {
  return (
    `at most ${formatRate(policy.bandwidthBytesPerSecond)}, downtime limit ${policy.downtimeLimitMs} ms, ` +
    `blackout limit ${policy.blackoutLimitMs} ms, stall limit ${policy.stallLimitMs} ms, ` +
    (policy.stream === 'encrypted' ? 'encrypted' : 'in plain text') +
    (policy.compression === 'none' ? '' : `, compressed by ${policy.compression}`) +
    (policy.channels === 1 ? '' : `, over ${policy.channels} connections`)
  );
}
