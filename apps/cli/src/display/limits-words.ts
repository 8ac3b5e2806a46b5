import type { MigrationLimits } from '@ferry/domain';

/** The limits as a sentence. */
export function limitsWords({ outgoing, incoming, cluster }: MigrationLimits): string {
  return `At most ${cluster} at once in the cluster; a host sends at most ${outgoing} and receives at most ${incoming}.`;
}
