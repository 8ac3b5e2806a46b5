import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { SeededRandom } from './seeded-random.ts';

/** Which end of a migration a fault strikes. */
export type FaultSide = 'source' | 'destination';

/**
 * Where: on entering the status of this name, after its event. `answer` is the window in which the destination has
 * the whole state and the source does not know it yet.
 */
export type FaultPoint = 'setup' | 'active' | 'pre-switchover' | 'device' | 'postcopy-active' | 'answer' | 'completed';

/**
 * What: `stall` holds the migration there until the plan no longer says so, QMP goes on answering; `fail` breaks the
 * migration as an error of QEMU's; `die` is a kill -9 and `freeze` a SIGSTOP of the process; `cut-link` lets nothing
 * through any more and tells nobody; `lose-answer` (destination, at `answer`) loses the link with the answer in it.
 */
export type FaultDeed = 'stall' | 'fail' | 'die' | 'freeze' | 'cut-link' | 'lose-answer';

export interface Fault {
  side: FaultSide;
  at: FaultPoint;
  do: FaultDeed;
  /** How often in the life of one process; default always. */
  times?: number;
  /** How likely each time, 0 to 1; default 1. Drawn from the plan's seed. */
  probability?: number;
}

export interface FaultPlan {
  faults: Fault[];
  /** Makes the draws, and the time that device state takes, repeatable. Default 1. */
  seed?: number;
}

/** Where a simulator looks for its plan: beside its disk's image, so that a test needs no way into its process. */
export function faultPlanPath(imagePath: string): string {
  return `${imagePath}.simulator-faults.json`;
}

/** Sets what shall go wrong with the guest of this image, at both ends, from now on. No faults ends all stalls. */
export function planFaults(imagePath: string, plan: FaultPlan): void {
  const path = faultPlanPath(imagePath);
  if (plan.faults.length === 0) {
    rmSync(path, { force: true });
    return;
  }
  writeFileSync(`${path}.new`, JSON.stringify(plan));
  renameSync(`${path}.new`, path);
}

/** The migration broke; the message is what QEMU would give as `error-desc`. */
export class MigrationFailure extends Error {
  override readonly name = 'MigrationFailure';
}

/** How often a stalled migration looks whether it may go on. */
const stallLookMs = 10;

/** The faults planned for one process. */
export class Faults {
  readonly #imagePath: string | undefined;
  readonly #struck = new Map<string, number>();
  #own: FaultPlan = { faults: [] };
  #random: SeededRandom | undefined;

  constructor(imagePath: string | undefined) {
    this.#imagePath = imagePath;
  }

  /** Set over QMP (`x-simulator-faults`) for this process alone. */
  set own(plan: FaultPlan) {
    this.#own = plan;
  }

  get random(): SeededRandom {
    return (this.#random ??= new SeededRandom(this.#plan().seed ?? 1));
  }

  /**
   * To be called at each point. Returns what the caller itself has to do, if anything. Throws `MigrationFailure` for
   * `fail`, and the signal's reason when a stall is cut short.
   */
  async strike(side: FaultSide, at: FaultPoint, signal: AbortSignal): Promise<'cut-link' | 'lose-answer' | undefined> {
    const fault = this.#find(side, at);
    if (!fault) return undefined;
    this.#count(fault);
    switch (fault.do) {
      case 'stall':
        while (this.#planned(fault)) await pause(stallLookMs, undefined, { signal });
        return undefined;
      case 'fail':
        throw new MigrationFailure(`planned to fail at ${at}`);
      case 'die':
        process.kill(process.pid, 'SIGKILL');
        return undefined;
      case 'freeze':
        process.kill(process.pid, 'SIGSTOP');
        return undefined;
      default:
        return fault.do;
    }
  }

  #find(side: FaultSide, at: FaultPoint): Fault | undefined {
    return this.#plan().faults.find(
      (fault) =>
        fault.side === side &&
        fault.at === at &&
        (this.#struck.get(key(fault)) ?? 0) < (fault.times ?? Infinity) &&
        (fault.probability === undefined || this.random.next() < fault.probability),
    );
  }

  #planned(fault: Fault): boolean {
    return this.#plan().faults.some((planned) => key(planned) === key(fault));
  }

  #count(fault: Fault): void {
    this.#struck.set(key(fault), (this.#struck.get(key(fault)) ?? 0) + 1);
  }

  #plan(): FaultPlan {
    if (this.#own.faults.length > 0 || this.#imagePath === undefined) return this.#own;
    try {
      return JSON.parse(readFileSync(faultPlanPath(this.#imagePath), 'utf8')) as FaultPlan;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return this.#own;
      throw error;
    }
  }
}

function key(fault: Fault): string {
  return [fault.side, fault.at, fault.do].join(' ');
}
