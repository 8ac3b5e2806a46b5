import { createHash } from 'node:crypto';
import { resolve } from 'node:path';

/**
 * A lab's mark, made of its folder: what the lab makes outside the folder carries it, so that it is found again after
 * any accident, and labs beside each other never meet.
 */
export function labTag(directory: string): string {
  return createHash('sha256').update(resolve(directory)).digest('hex').slice(0, 8);
}
