import type { HandleRecord } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import { decline } from '../handover/decline.ts';
import { lookAtDestination, missingFact } from '../handover/look.ts';
import type { MigrationSession } from '../session/migration-session.ts';

export interface Discarded {
  discarded: boolean;
  explanation: string;
}

/**
 * Destroys the copy that is at the destination, after asking the record. The caller holds the VM's mutex. Throws
 * `WITNESS_UNREACHABLE` or `HYPERVISOR_SILENT` where nobody can tell.
 */
export async function discardDestination(services: AgentServices, session: MigrationSession): Promise<Discarded> {
  const { vm } = session.plan;
  const view = await lookAtDestination(services, vm, 'discard');
  const { record, copy, decision } = view;
  switch (decision) {
    case 'destroy':
      await services.hypervisor.end(vm, 'at-once');
      services.reportChange();
      return { discarded: true, explanation: copy === 'absent' ? 'there was no copy here' : 'the copy was destroyed' };
    // The source has to know; what is left of the copy goes in the next turn.
    case 'decline':
      await decline(services, record as HandleRecord);
      return discardDestination(services, session);
    case 'refuse':
    case 'lost':
      return { discarded: false, explanation: view.reason };
    case 'undecidable':
      throw missingFact(view);
    case 'wait':
    case 'start':
    case 'run':
    case 'done':
    case 'relieve':
      throw new Error(`to discard never leads to ${decision}`);
  }
}
