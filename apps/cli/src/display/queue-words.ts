import type { Standing } from '@ferry/domain';

/** Where a queued migration stands; null where nobody can tell at present. */
export function queueWords(standing: Standing | null): string {
  return standing === null ? 'see ferry queue' : `number ${standing.position} in line: ${standing.reason}`;
}
