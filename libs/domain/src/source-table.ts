import { always, type Ruling } from './ruling.ts';

/**
 * A host's own copy of a VM, asked of the host and never remembered.
 * - `copying`: its transfer goes on, and it may yet run by itself
 * - `settled`: it has handed over its whole state and can't run by itself
 * - `serving`: post-copy has begun: it can't run by itself either, and part of the guest's memory is nowhere but here
 * - `died`: gone in its switchover or post-copy, and known not to have resumed: the destination may have the whole state, and it is not stale
 * - `absent`: gone, and the destination can't have a state that is whole and not stale
 * - `vanished`: gone in its switchover, and nobody saw whether it had resumed by itself before
 * - `unknown`: the hypervisor does not answer
 */
export const SOURCE_COPIES = [
  'running',
  'paused',
  'copying',
  'settled',
  'serving',
  'died',
  'absent',
  'vanished',
  'unknown',
] as const;
export type SourceCopy = (typeof SOURCE_COPIES)[number];

/**
 * What is wanted of the host. `hand-over`: the migration goes on. `withdraw`: it was cancelled or has failed.
 * `reclaim`: the blackout took too long. `start` and `stop`: a person wants the guest to run here, or to end.
 */
export const SOURCE_INTENTS = ['hand-over', 'withdraw', 'reclaim', 'start', 'stop'] as const;
export type SourceIntent = (typeof SOURCE_INTENTS)[number];

/**
 * What the record means to the host, as far as it decides.
 * - `ours`: this host's. `taken-back`: this host's again, after this migration had released it
 * - `assigned`: this host's, as a person has decided in this migration: what is at the destination does not count any more
 * - `released`: this host has released it, and the destination has not answered
 * - `declined`: the destination has answered that it has no copy to start
 * - `started-there`: the destination has started it, and has not said that it has all of its memory
 * - `free`: nobody's. `elsewhere`: another host's, or between two others
 * - `unwritten`: there is none. Whatever ever ran has one, so either the VM never ran, or what was read is not the witness
 */
export const SOURCE_STANDINGS = [
  'unreachable',
  'ours',
  'taken-back',
  'assigned',
  'released',
  'declined',
  'started-there',
  'free',
  'elsewhere',
  'unwritten',
] as const;
export type SourceStanding = (typeof SOURCE_STANDINGS)[number];

/**
 * - `wait`: nothing to do until a fact changes
 * - `release`: append `released`
 * - `stop`: append `stopped`; the guest ended here and no other copy of it can be whole
 * - `reclaim`: append `reclaimed`; only who wins may resume
 * - `cancel-transfer`: tell the hypervisor to give up the transfer, then look again
 * - `resume`: start the CPUs; the record says so
 * - `keep`: the guest is here and this host's; nothing to undo
 * - `serve`: keep this copy, which can never run again, until the guest has the rest of its memory from it
 * - `retire`: end this copy; another host owns the guest, or nobody needs it
 * - `give-up`: no copy here and the record not ours to change
 * - `hold`: end what is here, build the VM and append `held`; only who wins may run
 * - `end`: end the guest, then append `stopped`
 * - `refuse`: not this host's to do
 * - `undecidable`: a fact is missing; touch nothing
 */
export type SourceDecision =
  | 'wait'
  | 'release'
  | 'stop'
  | 'reclaim'
  | 'cancel-transfer'
  | 'resume'
  | 'keep'
  | 'serve'
  | 'retire'
  | 'give-up'
  | 'hold'
  | 'end'
  | 'refuse'
  | 'undecidable';

type Row = Record<SourceIntent, Ruling<SourceDecision>>;
type Rows = Record<SourceCopy, Row>;

function all(decision: SourceDecision, reason: string): Row {
  return always(SOURCE_INTENTS, { decision, reason });
}

const SILENT = all('undecidable', 'the hypervisor does not say what its copy of the guest is');
const IT_RUNS = { decision: 'keep', reason: 'the guest is here, and this host’s' } as const;
const IT_ENDS = { decision: 'end', reason: 'the guest is this host’s to end' } as const;
const IT_WAITS_TO_MOVE = {
  decision: 'wait',
  reason: 'the guest is here; its transfer has not begun, or has ended',
} as const;
const NOT_STARTED_ELSEWHERE = {
  decision: 'resume',
  reason: 'the record never left this host, so no other copy can have been started',
} as const;
const NOW_THE_OTHERS = {
  decision: 'release',
  reason: 'it died after it had stopped for good, so the destination’s copy may be the only one, and is not stale',
} as const;
// A copy that has the guest's registers keeps its disks from this one as long as it is there, so there is no way back.
const ONLY_FORWARD = {
  decision: 'release',
  reason: 'post-copy has begun: the guest can only go on where its registers are, and neither copy is whole',
} as const;
const HALF_GONE = { decision: 'refuse', reason: 'post-copy has begun: the guest goes on elsewhere' } as const;
const GUEST_ENDED = all('stop', 'the guest ended here, and no other copy of it can be whole');

const OURS: Rows = {
  running: { ...always(SOURCE_INTENTS, IT_RUNS), 'hand-over': IT_WAITS_TO_MOVE, stop: IT_ENDS },
  paused: {
    ...always(SOURCE_INTENTS, IT_RUNS),
    'hand-over': IT_WAITS_TO_MOVE,
    start: { decision: 'resume', reason: 'it stands still here, and is this host’s' },
    stop: IT_ENDS,
  },
  copying: {
    ...all('cancel-transfer', 'it is still this host’s, and may run on by itself: the hypervisor has to give up first'),
    'hand-over': { decision: 'wait', reason: 'it may yet run by itself: nothing is released before it is settled' },
    start: IT_RUNS,
  },
  settled: {
    ...always(SOURCE_INTENTS, NOT_STARTED_ELSEWHERE),
    'hand-over': { decision: 'release', reason: 'it has handed over its whole state and can’t run by itself' },
    stop: IT_ENDS,
  },
  serving: { ...always(SOURCE_INTENTS, ONLY_FORWARD), start: HALF_GONE, stop: IT_ENDS },
  died: {
    ...always(SOURCE_INTENTS, NOW_THE_OTHERS),
    start: { decision: 'refuse', reason: 'the destination’s copy may be the only one left' },
    stop: { decision: 'refuse', reason: 'the destination’s copy may be the only one left' },
  },
  absent: GUEST_ENDED,
  vanished: all('undecidable', 'it is gone, and nobody saw whether it had run on after the destination got its state'),
  unknown: SILENT,
};

/** Once taken back, the same migration never hands over again: else release and reclaim might take turns for ever. */
function neverHandedOverAgain(row: Row): Row {
  return { ...row, 'hand-over': row.withdraw };
}

/** What the destination had is gone, by its own word or a person's: all that is left of the guest is here. */
const LEFT_ALONE: Row = {
  ...all('resume', 'the guest is this host’s again, and the copy that fetched its memory does not count any more'),
  stop: IT_ENDS,
};

const DECIDED_AND_GONE = all('stop', 'a person has decided that the guest is this host’s, and its copy here is gone');

const STILL_THERE: Row = {
  ...all('reclaim', 'only a swap that is won before the destination’s makes the guest this host’s again'),
  'hand-over': { decision: 'wait', reason: 'it is released: the destination starts it, or declines' },
  start: { decision: 'refuse', reason: 'it is released to another host' },
  stop: { decision: 'refuse', reason: 'it is released to another host' },
};
const SHARED_OUT: Row = {
  ...all('give-up', 'post-copy has begun and it is released: only the destination can start it, or decline'),
  'hand-over': { decision: 'wait', reason: 'it is released: the destination starts it, or declines' },
  start: { decision: 'refuse', reason: 'it is released to another host' },
  stop: { decision: 'refuse', reason: 'it is released to another host' },
};
const HANDED_OVER: Row = {
  ...all('give-up', 'it is released and gone from here: only the destination can start it, or decline'),
  start: { decision: 'refuse', reason: 'it is released to another host' },
  stop: { decision: 'refuse', reason: 'it is released to another host' },
};
const GIVEN_BACK: Row = {
  ...all('reclaim', 'the destination has declined, and the copy here is the only one'),
  stop: IT_ENDS,
};
const BOTH_GONE = all('stop', 'the destination has declined, and the copy here is gone too');
const LEFT_BEHIND: Row = {
  ...all('retire', 'the record is nobody’s: the copy here was left behind'),
  start: { decision: 'hold', reason: 'the record is nobody’s, so whoever is first to hold it may run it' },
};
const NOTHING_HERE: Row = {
  ...all('give-up', 'there is no copy here, and the record is nobody’s'),
  start: { decision: 'hold', reason: 'the record is nobody’s, so whoever is first to hold it may run it' },
};
const REFUSED = { decision: 'refuse', reason: 'the guest is another host’s' } as const;
const ANOTHERS: Row = {
  ...all('retire', 'another host owns the guest: the copy here can never run again'),
  start: REFUSED,
  stop: REFUSED,
};
const ANOTHER_NEEDS_IT: Row = {
  ...all('serve', 'the guest runs elsewhere, and part of its memory is nowhere but here'),
  start: REFUSED,
  stop: REFUSED,
};
const ANOTHERS_ALONE: Row = {
  ...all('give-up', 'another host owns the guest, and there is no copy here'),
  start: REFUSED,
  stop: REFUSED,
};

const NEVER_RAN = all('undecidable', 'there is no record of the VM, as of one that never ran: is this the witness?');
const UNWRITTEN: Row = {
  ...NEVER_RAN,
  start: { decision: 'hold', reason: 'there is no record, so whoever is first to hold it may run it' },
  stop: { decision: 'retire', reason: 'there is no record: what is here was built and never held' },
};
const UNWRITTEN_AND_GONE: Row = {
  ...UNWRITTEN,
  stop: { decision: 'give-up', reason: 'there is no copy here, and no record' },
};

function rows(here: Row, gone: Row): Rows {
  return {
    ...{ running: here, paused: here, copying: here, settled: here, serving: here },
    ...{ died: gone, absent: gone, vanished: gone, unknown: SILENT },
  };
}

/** What a host may do with its own copy: a row for each thing the record can mean, what the copy can be and what can be wanted. */
export const SOURCE_TABLE: Record<SourceStanding, Rows> = {
  unreachable: {
    ...rows(
      all('undecidable', 'the record can’t be read, so nobody can tell whose the guest is'),
      all('undecidable', 'the record can’t be read, so nobody can tell whose the guest is'),
    ),
    unknown: all('undecidable', 'neither the record nor the hypervisor can be read'),
  },
  ours: OURS,
  'taken-back': {
    running: neverHandedOverAgain(OURS.running),
    paused: neverHandedOverAgain(OURS.paused),
    copying: neverHandedOverAgain(OURS.copying),
    settled: neverHandedOverAgain(OURS.settled),
    serving: LEFT_ALONE,
    died: neverHandedOverAgain(OURS.died),
    absent: OURS.absent,
    vanished: OURS.vanished,
    unknown: SILENT,
  },
  assigned: {
    running: neverHandedOverAgain(OURS.running),
    paused: neverHandedOverAgain(OURS.paused),
    copying: neverHandedOverAgain(OURS.copying),
    settled: neverHandedOverAgain(OURS.settled),
    serving: LEFT_ALONE,
    died: DECIDED_AND_GONE,
    absent: DECIDED_AND_GONE,
    vanished: DECIDED_AND_GONE,
    unknown: SILENT,
  },
  released: { ...rows(STILL_THERE, HANDED_OVER), serving: SHARED_OUT },
  declined: rows(GIVEN_BACK, BOTH_GONE),
  'started-there': { ...rows(ANOTHERS, ANOTHERS_ALONE), serving: ANOTHER_NEEDS_IT },
  free: rows(LEFT_BEHIND, NOTHING_HERE),
  elsewhere: rows(ANOTHERS, ANOTHERS_ALONE),
  unwritten: rows(UNWRITTEN, UNWRITTEN_AND_GONE),
};
