import type { Withdrawal } from '@ferry/contracts';
import { ownerOf, reclaimOf, type HandleRecord, type SourceCopy, type VmId } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import { CopyGone } from '../hypervisor/port.ts';
import type { MigrationSession } from '../session/migration-session.ts';
import { forgetSecret } from '../stream/forget-secret.ts';
import { lookAtSource, missingFact } from './look.ts';
import { resumePatiently } from './resume-patiently.ts';

/**
 * Takes the guest back to this source, as far as the record lets it: looks, decides and does until nothing is left to do.
 * The caller holds the VM's mutex. Throws `WITNESS_UNREACHABLE` or `HYPERVISOR_SILENT` where nobody can tell.
 */
export async function takeBack(
  services: AgentServices,
  session: MigrationSession,
  intent: 'withdraw' | 'reclaim',
): Promise<Withdrawal> {
  const { host, witness, hypervisor } = services;
  const { vm, migration, destination } = session.plan;
  if (hypervisor.source.stage(vm) === 'finishing') await sever(services, vm);
  for (;;) {
    const view = await lookAtSource(services, vm, intent);
    const { record, decision } = view;
    // Nothing but `undecidable` follows from it.
    if (record === 'unreachable') throw missingFact(view);
    switch (decision) {
      case 'cancel-transfer':
        await unlessGone(hypervisor.source.cancel(vm));
        break;
      case 'reclaim':
        await witness.append(vm, record, reclaimOf(record));
        break;
      case 'resume':
        // Said before it is true: a copy that runs again and dies must not pass for one that had handed over.
        session.journal.append({ name: 'kept' });
        // A paused guest is back where it was with that; a person starts it.
        if (session.journal.last('transfer-started')?.paused === true) {
          await forgetSecret(services, vm);
          return withdrawal('kept', record, 'the guest is the source’s, and paused as it was');
        }
        await unlessGone(resumePatiently(services, vm));
        break;
      case 'release':
        await witness.append(vm, record, { kind: 'released', source: host, destination, migration });
        break;
      case 'stop':
        await witness.append(vm, record, { kind: 'stopped', host });
        // Its process is gone; what it had here is nobody's any more.
        await hypervisor.end(vm);
        break;
      case 'keep':
        session.journal.append({ name: 'kept' });
        await resumeStopped(services, session, view.copy);
        await forgetSecret(services, vm);
        return withdrawal('kept', record, view.reason);
      // The guest runs elsewhere on memory that is only here: whatever the record, this copy is not ended from here.
      case 'serve':
        return withdrawal(whoseIs(record), record, view.reason);
      case 'retire':
      case 'give-up': {
        const outcome = whoseIs(record);
        // Where it has moved its last phase retires it; where the guest has ended no phase comes any more, and what a
        // copy that died has left here is nobody's.
        if (outcome === 'ended') await hypervisor.end(vm, 'at-once');
        return withdrawal(outcome, record, view.reason);
      }
      case 'undecidable':
        throw missingFact(view);
      case 'wait':
      case 'hold':
      case 'end':
      case 'refuse':
        throw new Error(`to ${intent} never leads to ${decision}`);
    }
  }
}

/** While it sends the last of the state a hypervisor may answer nothing; without a connection it fails, and answers again. */
async function sever({ hypervisor, log }: AgentServices, vm: VmId): Promise<void> {
  try {
    await hypervisor.source.sever(vm);
  } catch (error) {
    // Then it is over already, or the look that follows will tell what there is to tell.
    log.warn({ vm, error }, 'the transfer could not be severed');
  }
}

/** Where post-copy fails in its beginning, or was called back, QEMU leaves a guest standing that ran. */
async function resumeStopped(services: AgentServices, session: MigrationSession, copy: SourceCopy): Promise<void> {
  const { vm } = session.plan;
  if (copy !== 'paused' || session.journal.last('post-copy-asked') === null) return;
  const { decision } = await lookAtSource(services, vm, 'start');
  if (decision === 'resume') await unlessGone(resumePatiently(services, vm));
}

/** A copy that dies over it is no failure of the deed: the next look tells what there is to do then. */
async function unlessGone(deed: Promise<unknown>): Promise<void> {
  try {
    await deed;
  } catch (error) {
    if (!(error instanceof CopyGone)) throw error;
  }
}

function whoseIs(record: HandleRecord | null): Withdrawal['outcome'] {
  if (record === null || record.kind === 'stopped') return 'ended';
  return record.kind === 'released' ? 'released' : 'moved';
}

function withdrawal(outcome: Withdrawal['outcome'], record: HandleRecord | null, explanation: string): Withdrawal {
  return { outcome, owner: ownerOf(record), generation: record?.generation ?? 0, explanation };
}
