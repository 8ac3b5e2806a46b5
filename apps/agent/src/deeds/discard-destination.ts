import { ownerOf } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
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
    case 'refuse':
    case 'lost': {
      const owner = record === 'unreachable' ? null : ownerOf(record);
      return {
        discarded: false,
        explanation: `the copy here is, or may be, the guest: its owner is ${owner ?? 'nobody'}`,
      };
    }
    case 'undecidable':
      throw missingFact(view);
    case 'wait':
    case 'start':
    case 'run':
    case 'done':
      throw new Error(`to discard never leads to ${decision}`);
  }
}
