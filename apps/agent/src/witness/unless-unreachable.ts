import { FerryError } from '@ferry/domain';

/**
 * For a swap that the witness has not answered: answers its error, and throws all others. What has become of it the next
 * look tells, and nobody else may be there to ask for one.
 */
export function unlessUnreachable(error: unknown): FerryError {
  if (error instanceof FerryError && error.code === 'WITNESS_UNREACHABLE') return error;
  throw error;
}
