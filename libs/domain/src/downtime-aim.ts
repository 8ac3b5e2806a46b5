import type { MigrationPolicy } from './policy.ts';

/** A transfer whose next pass over the memory begins. */
export interface Pass {
  /** Since the transfer may switch over: its beginning, or a person's last word. */
  ms: number;
  /** Passes begun since, this one counted. */
  rounds: number;
  /** How long what is left would take, sent as fast as before; null before that is known. */
  leftMs: number | null;
}

/** The most of the excess over the aim that may be left of a pass for another one to be worth its time. */
const worthwhile = 1 / 2;

/** The blackout that a transfer aims at: what is shorter lies in the rest of a switchover. Never 0, which would forbid one. */
export function downtimeAimMs(downtimeLimitMs: number): number {
  return Math.max(1, Math.round(downtimeLimitMs / 64));
}

/**
 * Within which downtime the hypervisor may switch over from this pass on; `before` is the pass before it.
 *
 * The policy's limit is the most that a guest may have to stand still, and a hypervisor takes the first moment that fits
 * into it. But while a guest changes less than is sent, each pass leaves less than the one before. So the limit itself is
 * given only when that is no longer so: when what fits is not at least halved by a pass, or half of the passes or the
 * time that the policy allows for have gone. Of a guest that goes on to fit, waiting takes no longer than two times the limit.
 */
export function downtimeWithin(
  { downtimeLimitMs, roundLimit, abandonAfterMs }: MigrationPolicy,
  { ms, rounds, leftMs }: Pass,
  before: Pass | null,
): number {
  const aimMs = downtimeAimMs(downtimeLimitMs);
  if (2 * rounds >= roundLimit || 2 * ms >= abandonAfterMs) return downtimeLimitMs;
  if (leftMs === null || leftMs > downtimeLimitMs || before === null || before.leftMs === null) return aimMs;
  return leftMs - aimMs <= worthwhile * (before.leftMs - aimMs) ? aimMs : downtimeLimitMs;
}
