import type { Request } from '@ferry/domain';
import { refusal } from '../failure.ts';

/** Who acts has to be known: it is what the audit history is for. */
export function demandActor({ actor }: Request): void {
  if (typeof actor !== 'string' || actor === '') throw refusal('VALIDATION_FAILED', 'actor: must name who asks.');
}
