import type { FieldError } from '@ferry/domain';
import { refusal } from '../failure.ts';

/** Refuses values with mistakes, naming each field and what it may be. */
export function demandGood(mistakes: readonly FieldError[]): void {
  if (mistakes.length === 0) return;
  throw refusal('VALIDATION_FAILED', mistakes.map(({ field, message }) => `${field}: ${message}.`).join(' '));
}
