import { FerryProblem } from '@ferry/client';
import { isTerminal, type HostId, type VmId } from '@ferry/domain';
import { until } from '../until.ts';
import type { Lab } from '../lab.ts';
import { passing } from './settle.ts';

const acceptedWithinMs = 15_000;
const endsWithinMs = 30_000;

/** Moves the guest once more, undisturbed. Answers what speaks against it. */
export async function moveAgain(lab: Lab, guest: VmId, destination: HostId): Promise<string[]> {
  let refused = '';
  const submit = () =>
    lab.client
      .submitMigration({ vm: guest, destination, reason: 'after the fault' })
      .then(({ id }) => id)
      .catch((error: unknown) => {
        // The lock is let go of a moment after the end was told.
        if (!(error instanceof FerryProblem && error.code === 'VM_ALREADY_MOVING')) passing(error);
        refused = String(error);
        return null;
      });
  try {
    const id = await until('accepted', submit, (each) => each !== null, acceptedWithinMs);
    const ask = () => lab.client.migration(String(id)).catch(passing);
    const detail = await until('ended', ask, (each) => each !== null && isTerminal(each.state), endsWithinMs);
    return detail?.state === 'completed' ? [] : [`it is ${String(detail?.state)}: ${detail?.failure?.detail ?? ''}`];
  } catch (error) {
    return [`${String(error)} ${refused}`];
  }
}
