/** What holds after every cell. */
export const INVARIANTS = {
  one: 'at most one ran: one process, one boot, a counter that never forked',
  rests: 'it ended or was parked in time, and the guest runs unless its only copy was killed',
  clean: 'nothing is left where the guest is not, and no secret of a stream anywhere',
  history: 'the audit history is whole and agrees',
  next: 'the next migration of the VM succeeds',
} as const;
export type Invariant = keyof typeof INVARIANTS;

/** What speaks against each; nothing where it holds. */
export type Verdicts = Record<Invariant, readonly string[]>;
