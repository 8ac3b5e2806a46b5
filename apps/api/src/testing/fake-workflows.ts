import {
  CANCEL_UPDATE,
  RESUME_UPDATE,
  QUEUE_QUERY,
  SET_LIMITS_UPDATE,
  type CancelAnswer,
  type LimitsRequest,
  type LiveMigrationInput,
  type QueueSnapshot,
  type ResumeAnswer,
  type StartVirtualMachineInput,
  type StopVirtualMachineInput,
} from '@ferry/contracts';
import { DEFAULT_LIMITS, type MigrationLimits, type Request } from '@ferry/domain';
import { ApplicationFailure, condition, defineQuery, defineUpdate, setHandler } from '@temporalio/workflow';

/** Stand-ins for the worker's workflows: as much as the API can see of them. */

export async function liveMigration({ source }: LiveMigrationInput): Promise<void> {
  let cancelled = false;
  setHandler(defineUpdate<CancelAnswer, [Request]>(CANCEL_UPDATE), ({ actor }) => {
    cancelled = true;
    return { outcome: 'kept', owner: source, explanation: `Asked for by ${actor}.` };
  });
  const refuse = (request: Request): ResumeAnswer => {
    throw ApplicationFailure.nonRetryable(`Not for ${request.actor}: the migration is running.`, 'NOT_PARKED');
  };
  const validator = (request: Request) => void refuse(request);
  setHandler(defineUpdate<ResumeAnswer, [Request]>(RESUME_UPDATE), refuse, { validator });
  await condition(() => cancelled);
}

export async function migrationQueue(): Promise<void> {
  let limits = DEFAULT_LIMITS;
  setHandler(defineQuery<QueueSnapshot>(QUEUE_QUERY), () => ({ limits, inFlight: [], waiting: [] }));
  setHandler(defineUpdate<MigrationLimits, [LimitsRequest]>(SET_LIMITS_UPDATE), (asked) => {
    limits = { ...limits, ...asked.limits };
    return limits;
  });
  await condition(() => false);
}

export function startVirtualMachine({ definition, host }: StartVirtualMachineInput): Promise<object> {
  if (definition.id === 'broken') throw ApplicationFailure.nonRetryable('QEMU ended with code 1', 'HYPERVISOR_FAILED');
  return Promise.resolve({ vm: definition.id, host, generation: 1 });
}

export function stopVirtualMachine({ vm, host }: StopVirtualMachineInput): Promise<object> {
  return Promise.resolve({ vm, host, generation: 2 });
}
