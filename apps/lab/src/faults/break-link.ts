import type { HostId } from '@ferry/domain';
import type { LabNetwork } from '../network/lab-network.ts';
import type { WayOf } from './target.ts';

/** The hosts at the two ends of a migration. */
export interface LinkEnds {
  readonly source: HostId;
  readonly destination: HostId;
}

type Deed = (network: LabNetwork, ends: LinkEnds) => Promise<void>;

const trickleBytesPerSecond = 64 * 1024;

/** `muted`: it is half open; what the source sends arrives, and it hears nothing of the destination. */
const BREAK: Record<WayOf<'migration link'>, { readonly begin: Deed; readonly end: Deed }> = {
  cut: {
    begin: (network, { destination }) => network.setMigrationLink(destination, 'down'),
    end: (network, { destination }) => network.setMigrationLink(destination, 'up'),
  },
  muted: {
    begin: (network, { destination }) => network.muteMigrationLink(destination, true),
    end: (network, { destination }) => network.muteMigrationLink(destination, false),
  },
  slow: {
    begin: (network, { source }) => network.limitMigrationLink(source, trickleBytesPerSecond),
    end: (network, { source }) => network.limitMigrationLink(source, null),
  },
};

/**
 * Breaks the migration link, which neither end is told of. Answers how to mend it.
 * @throws Error in a simulated lab, which has no network
 */
export async function breakLink(
  network: LabNetwork | null,
  ends: LinkEnds,
  way: WayOf<'migration link'>,
): Promise<() => Promise<void>> {
  if (network === null) throw new Error('the simulator has no network');
  await BREAK[way].begin(network, ends);
  return () => BREAK[way].end(network, ends);
}
