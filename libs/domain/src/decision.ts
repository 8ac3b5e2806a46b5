import type { DestinationCopy } from './destination-table.ts';
import type { ErrorCode } from './errors.ts';
import type { Testimony } from './evidence.ts';
import type { HostId, VmId } from './identifiers.ts';
import type { MigrationPlan } from './migration.ts';

/** What a person has to type to confirm that the VM is to be the host's. */
export function confirmationOf(vm: VmId, owner: HostId): string {
  return `${vm} ${owner}`;
}

/**
 * Why a person may not decide that the guest is `owner`'s, by what both hosts have said; null where they may. A person
 * decides only what the hosts can't: as long as the source can tell, calling off is safe, and a decision might not be.
 */
export function refusalToDecide(
  { source, destination }: Pick<MigrationPlan, 'source' | 'destination'>,
  owner: HostId,
  testimonies: readonly Testimony[],
): { code: ErrorCode; detail: string } | null {
  const evidenceOf = (host: HostId) => {
    const testimony = testimonies.find((each) => each.host === host);
    return testimony && 'evidence' in testimony ? testimony.evidence : null;
  };
  if (owner !== source && owner !== destination)
    return { code: 'VALIDATION_FAILED', detail: `owner: must be ${source} or ${destination}.` };
  if (evidenceOf(owner) === null)
    return { code: 'HOST_GONE', detail: `${owner} does not answer, so it can’t be given the guest.` };
  const atSource = evidenceOf(source);
  if (atSource !== null && atSource.ruling.decision !== 'undecidable')
    return { code: 'NOTHING_TO_DECIDE', detail: `${source} can tell: ${atSource.ruling.reason}.` };
  if (owner === source && ['running', 'lacking', 'halted'].includes(evidenceOf(destination)?.copy ?? ''))
    return { code: 'NOTHING_TO_DECIDE', detail: `The guest runs on ${destination}.` };
  return null;
}

/** Whether a destination's copy can be the guest, should a person decide so; null where nobody can tell. */
export const ASSIGNABLE: Record<DestinationCopy, boolean | null> = {
  absent: false,
  // Less than the whole state can never run.
  receiving: false,
  settled: true,
  fetching: true,
  lacking: true,
  running: true,
  halted: true,
  unknown: null,
};
