import type { MigrationPolicy } from '@ferry/domain';
import { formatDuration, formatRate } from './quantities.ts';

/** A policy on one line. */
export function policyWords(policy: MigrationPolicy): string {
  return (
    `${policy.name}: at most ${formatRate(policy.bandwidthBytesPerSecond)}, downtime limit ${policy.downtimeLimitMs} ms, ` +
    `${policy.roundLimit} rounds or ${formatDuration(policy.abandonAfterMs)}, throttled to ${policy.throttleLimitPercent} % at most, ` +
    (policy.lastResortDowntimeMs === 0 ? '' : `at last a downtime of ${policy.lastResortDowntimeMs} ms, `) +
    `blackout limit ${policy.blackoutLimitMs} ms, stall limit ${policy.stallLimitMs} ms, ` +
    (policy.stream === 'encrypted' ? 'encrypted' : 'in plain text') +
    (policy.compression === 'none' ? '' : `, compressed by ${policy.compression}`) +
    (policy.postCopy === 'last-resort' ? ', post-copy as a last resort' : '') +
    (policy.channels === 1 ? '' : `, over ${policy.channels} connections`)
  );
}
