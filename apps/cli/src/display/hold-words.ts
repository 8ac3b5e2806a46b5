import type { Hold } from '@ferry/domain';
import { formatInstant } from './quantities.ts';

/** Who holds a migration, since when and why. */
export function holdWords({ by, since, reason }: Hold): string {
  return `held by ${by} since ${formatInstant(since)} UTC${reason === null ? '' : `: ${reason}`}`;
}
