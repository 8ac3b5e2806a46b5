import { DEFAULT_POLICY, type MigrationPolicy } from './policy.ts';

export type PolicyName = MigrationPolicy['name'];

/** A base of values for each thing that people want of a migration. */
export const POLICIES: { [Name in PolicyName]: MigrationPolicy & { name: Name } } = {
  /** The guest is slowed down where it must be, by half at the most; and else stays where it is. */
  balanced: { ...DEFAULT_POLICY, name: 'balanced' },
  /** The guest is not slowed down and hardly stops: it moves in a quiet moment, or not at all. */
  'minimal-downtime': {
    ...DEFAULT_POLICY,
    name: 'minimal-downtime',
    downtimeLimitMs: 50,
    roundLimit: 200,
    throttleLimitPercent: 1,
  },
  /** The guest moves, whatever it feels of that. */
  'must-complete': {
    ...DEFAULT_POLICY,
    name: 'must-complete',
    roundLimit: 50,
    abandonAfterMs: 600_000,
    throttleLimitPercent: 99,
    lastResortDowntimeMs: 60_000,
  },
};

/**
 * The policy named, or the default one, with the values given over it. Where none is named, what is the VM's own stands in
 * between: who names one means that one.
 */
export function policyOf(given: Partial<MigrationPolicy>, ofTheVm: Partial<MigrationPolicy> = {}): MigrationPolicy {
  const own = given.name === undefined ? ofTheVm : {};
  return { ...POLICIES[given.name ?? own.name ?? DEFAULT_POLICY.name], ...own, ...given };
}
