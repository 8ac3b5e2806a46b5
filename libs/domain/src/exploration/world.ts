import type { DestinationCopy, DestinationIntent } from '../destination-table.ts';
import type { HandleClaim } from '../handle.ts';
import type { SourceCopy, SourceIntent } from '../source-table.ts';

/**
 * A model of one handover, small enough to be explored whole: QEMU on both sides as it behaves by itself, the record on
 * the witness, and agents that decide with `decideSource` and `decideDestination` and may act late, twice or never.
 */
export const SOURCE = 'source';
export const DESTINATION = 'destination';
export const MIGRATION = 'migration';

/**
 * What QEMU does at the source. `switching`: CPUs stopped, and any failure or cancel makes it resume them by itself.
 * `serving`: post-copy; it resumes by itself no more, and can't be resumed while the destination has the disks.
 */
type SourceMachine = 'running' | 'copying' | 'switching' | 'settled' | 'serving' | 'dead' | 'retired';
/** `whole`: it has all of the state, though the source may not know it yet. `fetching`, `lacking`: part of the memory is missing. */
type DestinationMachine = 'receiving' | 'whole' | 'fetching' | 'lacking' | 'running' | 'dead' | 'destroyed';

export interface World {
  record: HandleClaim;
  generation: number;
  /** The side that can neither read the witness nor write to it. */
  witnessAwayFrom: 'source' | 'destination' | null;
  source: SourceMachine;
  /** What the source's agent can tell of a source that is gone. */
  remains: Extract<SourceCopy, 'died' | 'absent' | 'vanished'>;
  destination: DestinationMachine;
  /** In post-copy the link has broken: nothing is fetched until the agents have connected both sides again. */
  severed: boolean;
  /** The source ran on after the destination got its state: to run that would throw the guest back in time. */
  stale: boolean;
  /** What the workflow wants of the source. */
  intent: 'hand-over' | 'withdraw';
  /** The workflow has ordered the destination to be destroyed; such an order may come late and again. */
  discardOrdered: boolean;
  /**
   * Decisions made and not yet acted on: an attempt may be frozen meanwhile, and a second one begun beside it, by the
   * same agent or by one that was started beside it by mistake.
   */
  sourceDecided: readonly Decided<SourceIntent>[];
  destinationDecided: readonly Decided<DestinationIntent>[];
  deaths: number;
  /** How often a person wanted the guest started or stopped. */
  wishes: number;
}

export interface Decided<Intent> {
  deed: string;
  intent: Intent;
  generation: number;
}

/** The rules that make the handover safe. Each can be left out, to show that the exploration would notice. */
export interface Rules {
  releaseOnlyWhenSettled: boolean;
  swapBeforeStart: boolean;
  swapBeforeReclaim: boolean;
  askBeforeDestroy: boolean;
  lookAgainBeforeDeed: boolean;
  declineWhatIsGone: boolean;
  unreadableIsNotNobodys: boolean;
  serveUntilWhole: boolean;
  onlyForwardInPostCopy: boolean;
  connectAgain: boolean;
  relieveTheSource: boolean;
  relieveOnlyWhenWhole: boolean;
}
export const ALL_RULES: Rules = {
  releaseOnlyWhenSettled: true,
  swapBeforeStart: true,
  swapBeforeReclaim: true,
  askBeforeDestroy: true,
  lookAgainBeforeDeed: true,
  declineWhatIsGone: true,
  unreadableIsNotNobodys: true,
  serveUntilWhole: true,
  onlyForwardInPostCopy: true,
  connectAgain: true,
  relieveTheSource: true,
  relieveOnlyWhenWhole: true,
};

export const BEGINNING: World = {
  record: { kind: 'held', host: SOURCE },
  generation: 1,
  witnessAwayFrom: null,
  source: 'copying',
  remains: 'absent',
  destination: 'receiving',
  severed: false,
  stale: false,
  intent: 'hand-over',
  discardOrdered: false,
  sourceDecided: [],
  destinationDecided: [],
  deaths: 0,
  wishes: 0,
};

export interface Step {
  what: string;
  world: World;
  /** Set where the step itself broke a promise. */
  violation?: string;
  /** Nobody can count on it: a death, a self-resumption, a person's cancel. */
  adverse: boolean;
}

/** How much may go on at once: each more makes many times as many states. */
export interface Scope {
  /** Attempts of one side that may be under way: one that was superseded, and the one that took over. */
  attempts: number;
  /** How often a person may want the guest started or stopped. */
  wishes: number;
  /** Whether the transfer may go over to post-copy. */
  postCopy: boolean;
}

/** What the source's agent sees of its copy. */
export function sourceCopyIn(world: World): SourceCopy {
  const copies: Record<SourceMachine, SourceCopy> = {
    running: 'running',
    copying: 'copying',
    switching: 'copying',
    settled: 'settled',
    serving: 'serving',
    dead: world.remains,
    retired: 'absent',
  };
  return copies[world.source];
}

/** What the destination's agent sees of its copy. */
export function destinationCopyIn(world: World): DestinationCopy {
  const copies: Record<DestinationMachine, DestinationCopy> = {
    receiving: 'receiving',
    whole: 'settled',
    fetching: 'fetching',
    lacking: 'lacking',
    running: 'running',
    dead: 'absent',
    destroyed: 'absent',
  };
  return copies[world.destination];
}

/** Part of the guest's memory is nowhere but at the source. */
export function isSplit({ destination }: World): boolean {
  return destination === 'fetching' || destination === 'lacking';
}

/** The source's CPUs run: from now on what the destination has is the past. */
export function runsOn(world: World): World {
  return { ...world, source: 'running', stale: true };
}

/** A step that happens as long as nobody dies. */
export function fair(what: string, world: World): Step {
  return { what, world, adverse: false };
}

/** A step that nobody can count on. */
export function adverse(what: string, world: World): Step {
  return { what, world, adverse: true };
}
