import type { LimitsRequest } from '@ferry/contracts';
import { LIMITS_RANGE, type MigrationLimits } from '@ferry/domain';
import { refusal } from '../failure.ts';

/** Refuses limits out of their range, and who does not say who asks. */
export function demandLimits({ actor, limits }: LimitsRequest): void {
  if (typeof actor !== 'string' || actor === '') throw refusal('VALIDATION_FAILED', 'actor: must name who asks.');
  for (const [name, value] of Object.entries(limits)) {
    if (!Object.hasOwn(LIMITS_RANGE, name)) throw refusal('VALIDATION_FAILED', `${name}: is no limit.`);
    const [minimum, maximum] = LIMITS_RANGE[name as keyof MigrationLimits];
    if (!Number.isInteger(value) || value < minimum || value > maximum)
      throw refusal('VALIDATION_FAILED', `${name}: must be a whole number from ${minimum} to ${maximum}.`);
  }
}
