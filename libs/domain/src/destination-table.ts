import { always, type Ruling } from './ruling.ts';

/**
 * The destination's copy.
 * - `settled`: it has the whole state and waits to be told
 * - `fetching`: post-copy has begun: it has all but part of the memory, which it fetches, and waits to be told
 * - `lacking`: the same, and it runs, or has run until its CPUs were stopped
 * - `halted`: it has all of its memory, has run here, and its CPUs stand: a person has paused it, or its storage has failed it
 * - `unknown`: the hypervisor does not answer
 */
export const DESTINATION_COPIES = [
  'absent',
  'receiving',
  'settled',
  'fetching',
  'lacking',
  'running',
  'halted',
  'unknown',
] as const;
export type DestinationCopy = (typeof DESTINATION_COPIES)[number];

/** `take-over`: the migration goes on. `discard`: compensation wants this copy gone. `relieve`: post-copy is to be ended. */
export const DESTINATION_INTENTS = ['take-over', 'discard', 'relieve'] as const;
export type DestinationIntent = (typeof DESTINATION_INTENTS)[number];

/**
 * What the record means to the destination, as far as it decides.
 * - `ours`: this host's. `to-take`: released to this host by this migration
 * - `owned`: another host's, perhaps a source that still hands over
 * - `nobodys`: stopped, declined, or between two others
 */
export const DESTINATION_STANDINGS = ['unreachable', 'ours', 'to-take', 'owned', 'nobodys'] as const;
export type DestinationStanding = (typeof DESTINATION_STANDINGS)[number];

/**
 * - `wait`: nothing to do until a fact changes
 * - `start`: append `started`; only who wins may run
 * - `decline`: append `declined`; there is no copy to start, and the right returns to the source
 * - `run`: start the CPUs; the record says so
 * - `done`: it runs here
 * - `relieve`: append `whole`; from then on the source may end its copy
 * - `destroy`: end this copy; it is not, and can't become, the guest
 * - `refuse`: this copy is, or may be, the guest: it must not be destroyed
 * - `lost`: the guest is this host's by the record, and its copy is gone: a host failure
 * - `undecidable`: a fact is missing; touch nothing
 */
export type DestinationDecision =
  'wait' | 'start' | 'decline' | 'run' | 'done' | 'relieve' | 'destroy' | 'refuse' | 'lost' | 'undecidable';

type Row = Record<DestinationIntent, Ruling<DestinationDecision>>;

function all(decision: DestinationDecision, reason: string): Row {
  return always(DESTINATION_INTENTS, { decision, reason });
}

const UNREADABLE = all('undecidable', 'the record can’t be read, so nobody can tell whose the guest is');
const SILENT = all('undecidable', 'the hypervisor does not say what its copy of the guest is');
const LOST = all('lost', 'the guest is this host’s by the record, and no copy of it can run here');
const IT_IS_THE_GUEST = { decision: 'refuse', reason: 'this copy is the guest' } as const;
const HALF_OF_IT = {
  decision: 'refuse',
  reason: 'post-copy has begun: part of the guest is here and part at the source, and neither can be spared',
} as const;
const MAY_BE_THE_ONLY_ONE = {
  decision: 'refuse',
  reason: 'nobody runs, and this copy may be the only one: the source has to take the guest back first',
} as const;
const UNTOLD = all('undecidable', 'it runs though nobody told it to: no other copy may be started on top of that');
const DECLINED = all('decline', 'there is no copy to start here, so the guest is the source’s again');
const NEVER_THE_GUEST = all(
  'destroy',
  'the record is nobody’s that could hand over, so this copy can’t become the guest',
);
const NOT_WHOLE = { decision: 'wait', reason: 'part of its memory is still at the source' } as const;
const IT_IS_WHOLE = {
  decision: 'relieve',
  reason: 'it is the guest with all of its memory: nothing is needed from the source',
} as const;
const NOT_STARTED = { decision: 'wait', reason: 'it has not been started here' } as const;
// One that has taken the guest back may yet die before it resumed, and release again: only compensation may destroy.
const SOURCE_MAY_RELEASE: Row = {
  'take-over': { decision: 'wait', reason: 'another host owns the guest, and may yet release it' },
  discard: { decision: 'destroy', reason: 'another host owns the guest, and this copy was never started' },
  relieve: NOT_STARTED,
};

/** What the destination may do: a row for each thing the record can mean, what the copy can be and what can be wanted. */
export const DESTINATION_TABLE: Record<DestinationStanding, Record<DestinationCopy, Row>> = {
  unreachable: {
    absent: UNREADABLE,
    receiving: UNREADABLE,
    settled: UNREADABLE,
    fetching: UNREADABLE,
    lacking: UNREADABLE,
    running: UNREADABLE,
    halted: UNREADABLE,
    unknown: UNREADABLE,
  },
  ours: {
    absent: LOST,
    receiving: LOST,
    settled: {
      'take-over': { decision: 'run', reason: 'the record says that it runs here' },
      discard: IT_IS_THE_GUEST,
      relieve: NOT_STARTED,
    },
    fetching: {
      'take-over': { decision: 'run', reason: 'the record says that it runs here, and it fetches what it lacks' },
      discard: IT_IS_THE_GUEST,
      relieve: NOT_STARTED,
    },
    lacking: {
      'take-over': { decision: 'done', reason: 'it runs here, and fetches what it lacks' },
      discard: IT_IS_THE_GUEST,
      relieve: NOT_WHOLE,
    },
    running: {
      'take-over': { decision: 'done', reason: 'it runs here' },
      discard: IT_IS_THE_GUEST,
      relieve: IT_IS_WHOLE,
    },
    halted: {
      'take-over': { decision: 'done', reason: 'it has run here, and whoever stopped its CPUs starts them' },
      discard: IT_IS_THE_GUEST,
      relieve: IT_IS_WHOLE,
    },
    unknown: SILENT,
  },
  'to-take': {
    absent: DECLINED,
    receiving: {
      'take-over': { decision: 'wait', reason: 'it is released, and the rest of its state is on its way' },
      discard: MAY_BE_THE_ONLY_ONE,
      relieve: NOT_STARTED,
    },
    settled: {
      'take-over': { decision: 'start', reason: 'it is released, and its whole state is here' },
      discard: MAY_BE_THE_ONLY_ONE,
      relieve: NOT_STARTED,
    },
    fetching: {
      'take-over': { decision: 'start', reason: 'it is released, and it can run while it fetches the rest' },
      discard: HALF_OF_IT,
      relieve: NOT_STARTED,
    },
    lacking: UNTOLD,
    running: UNTOLD,
    halted: UNTOLD,
    unknown: SILENT,
  },
  owned: {
    absent: all('destroy', 'there is nothing here to take the guest over with'),
    receiving: SOURCE_MAY_RELEASE,
    settled: SOURCE_MAY_RELEASE,
    fetching: SOURCE_MAY_RELEASE,
    lacking: SOURCE_MAY_RELEASE,
    running: SOURCE_MAY_RELEASE,
    halted: SOURCE_MAY_RELEASE,
    unknown: { ...SILENT, discard: SOURCE_MAY_RELEASE.discard },
  },
  nobodys: {
    absent: NEVER_THE_GUEST,
    receiving: NEVER_THE_GUEST,
    settled: NEVER_THE_GUEST,
    fetching: NEVER_THE_GUEST,
    lacking: NEVER_THE_GUEST,
    running: NEVER_THE_GUEST,
    halted: NEVER_THE_GUEST,
    unknown: { ...SILENT, discard: NEVER_THE_GUEST.discard },
  },
};
