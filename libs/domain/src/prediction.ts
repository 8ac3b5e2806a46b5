import { decideConvergence, type Copying } from './convergence.ts';
import { downtimeWithin, type Pass } from './downtime-aim.ts';
import { changedAfter, type MemoryLoad } from './memory-load.ts';
import type { MigrationPolicy } from './policy.ts';

/** How a transfer is expected to go. */
export interface TransferPrediction {
  /** Whether it comes to its switchover; if not, the figures are those of the pass in which its policy ends it, or has it go over to post-copy. */
  converges: boolean;
  /** Passes over the memory, with the last, for which the guest stands still. */
  rounds: number;
  totalMs: number;
  transferredBytes: number;
  /** At the most: the last pass is not held to the bandwidth. */
  downtimeMs: number;
  /** What it was predicted by. */
  dirtyBytesPerSecond: number;
}

/** The hypervisor sends in portions of a tenth of a second, and looks after each: half of one lies below the threshold. */
const overshootMs = 50;
/** The hypervisor judges no shorter period, and slows the guest down after two in which it changed nearly what was sent. */
const [periodMs, periods, triggerShare] = [1_000, 2, 0.9];
const [firstThrottlePercent, throttleStepPercent] = [20, 10];

/**
 * Plays the passes of a pre-copy as the hypervisor would: each sends what the guest has changed during the one before,
 * until what is left fits into the downtime that it aims at, or the policy says that it is enough. The guest is taken to change what
 * it changes evenly, and the stream to have all of the policy's bandwidth.
 */
export function predictTransfer(load: MemoryLoad, policy: MigrationPolicy): TransferPrediction {
  const { usedBytes, dirtyBytesPerSecond } = load;
  const bytesPerMs = policy.bandwidthBytesPerSecond / 1_000;
  const throttle = new Throttle(policy.throttleLimitPercent);
  let { downtimeLimitMs } = policy;
  let [ms, sent, rounds, left] = [0, 0, 1, usedBytes];
  let widened: Copying | null = null;
  let before: Pass | null = null;
  for (;;) {
    const now: Pass = { ms, rounds, leftMs: left / bytesPerMs };
    const withinMs = downtimeWithin({ ...policy, downtimeLimitMs }, now, before);
    const threshold = bytesPerMs * withinMs;
    if (rounds > 1 && left < threshold) break;
    before = now;
    const pass = Math.max(0, left - threshold + bytesPerMs * Math.min(overshootMs, withinMs / 2));
    const passMs = pass / bytesPerMs;
    const slowed = { ...load, dirtyBytesPerSecond: dirtyBytesPerSecond * (1 - throttle.percent / 100) };
    const dirtied = changedAfter(slowed, passMs);
    // Of what the guest has changed, some was still to be sent anyway.
    const rest = left - pass;
    const restShare = usedBytes === 0 ? 0 : rest / usedBytes;
    [ms, sent, left] = [ms + passMs, sent + pass, rest + dirtied * (1 - restShare)];
    throttle.passed({ ms: passMs, sent: pass, dirtied });
    const ruling = decideConvergence({
      policy: { ...policy, downtimeLimitMs },
      so: { ms, rounds },
      sinceWidened: widened && { ms: ms - widened.ms, rounds: rounds - widened.rounds },
    });
    // Post-copy comes to its end whatever the guest does, but it is no pre-copy any more.
    if (ruling.decision === 'abandon' || ruling.decision === 'post-copy') return end(false);
    if (ruling.decision === 'widen') [downtimeLimitMs, widened] = [ruling.downtimeLimitMs, { ms, rounds }];
    rounds += 1;
  }
  [ms, sent, rounds] = [ms + left / bytesPerMs, sent + left, rounds + 1];
  return end(true);

  function end(converges: boolean): TransferPrediction {
    const figures = { totalMs: ms, transferredBytes: sent, downtimeMs: converges ? left / bytesPerMs : 0 };
    const [totalMs, transferredBytes, downtimeMs] = Object.values(figures).map(Math.round) as [number, number, number];
    return { converges, rounds, totalMs, transferredBytes, downtimeMs, dirtyBytesPerSecond };
  }
}

/** How the hypervisor slows a guest down step by step. */
class Throttle {
  percent = 0;
  readonly #limitPercent: number;
  #period = { ms: 0, sent: 0, dirtied: 0 };
  #high = 0;

  constructor(limitPercent: number) {
    this.#limitPercent = limitPercent;
  }

  passed({ ms, sent, dirtied }: { ms: number; sent: number; dirtied: number }): void {
    const period = this.#period;
    this.#period = { ms: period.ms + ms, sent: period.sent + sent, dirtied: period.dirtied + dirtied };
    if (this.#period.ms <= periodMs) return;
    if (this.#period.dirtied > this.#period.sent * triggerShare && ++this.#high >= periods) this.#step();
    this.#period = { ms: 0, sent: 0, dirtied: 0 };
  }

  #step(): void {
    this.#high = 0;
    const next = this.percent === 0 ? firstThrottlePercent : this.percent + throttleStepPercent;
    this.percent = Math.min(next, this.#limitPercent);
  }
}
