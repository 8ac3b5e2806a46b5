import type { MigrationPolicy } from './policy.ts';

/** How far a transfer has come without coming to its switchover. */
export interface ConvergenceFacts {
  /** With the downtime limit in force. */
  policy: MigrationPolicy;
  /** Since the transfer began, or a person last said how it may go. */
  so: Copying;
  /** Since the downtime limit was widened last; null if it was not. */
  sinceWidened: Copying | null;
}

export interface Copying {
  ms: number;
  /** Passes over the memory that were begun. */
  rounds: number;
}

/**
 * - `go-on`: its limits are not reached, or the last step has not had its chance
 * - `widen`: from here on it may switch over within this downtime
 * - `post-copy`: nothing else is left, and the policy allows for the guest to go on before all of its memory has moved
 * - `abandon`: the guest outruns the transfer, and the policy allows for no more
 */
export type ConvergenceRuling =
  | { decision: 'go-on' }
  | { decision: 'widen'; downtimeLimitMs: number; reason: string }
  | { decision: 'post-copy'; reason: string }
  | { decision: 'abandon'; reason: string };

/**
 * What the policy says of a transfer that goes on and on. It ends, one way or the other: each step doubles the downtime
 * limit up to the last resort, and lasts for one pass over the memory, or as long as all of the copying may.
 */
export function decideConvergence({ policy, so, sinceWidened }: ConvergenceFacts): ConvergenceRuling {
  const { downtimeLimitMs, lastResortDowntimeMs } = policy;
  const reason = limitReached(policy, so);
  if (reason === null) return { decision: 'go-on' };
  if (sinceWidened !== null && sinceWidened.rounds < 1 && sinceWidened.ms <= policy.abandonAfterMs)
    return { decision: 'go-on' };
  if (downtimeLimitMs >= lastResortDowntimeMs)
    return { decision: policy.postCopy === 'last-resort' ? 'post-copy' : 'abandon', reason };
  return { decision: 'widen', downtimeLimitMs: Math.min(2 * downtimeLimitMs, lastResortDowntimeMs), reason };
}

function limitReached({ abandonAfterMs, roundLimit }: MigrationPolicy, { ms, rounds }: Copying): string | null {
  if (ms > abandonAfterMs) return `within ${abandonAfterMs} ms`;
  if (rounds > roundLimit) return `in ${roundLimit} passes over its memory`;
  return null;
}
