import {
  CANCEL_UPDATE,
  RESUME_UPDATE,
  type CancelAnswer,
  type LiveMigrationInput,
  type ResumeAnswer,
  type StartVirtualMachineInput,
  type StopVirtualMachineInput,
} from '@ferry/contracts';
import type { Request } from '@ferry/domain';
import { ApplicationFailure, condition, defineUpdate, setHandler } from '@temporalio/workflow';

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

export function startVirtualMachine({ definition, host }: StartVirtualMachineInput): Promise<object> {
  if (definition.id === 'broken') throw ApplicationFailure.nonRetryable('QEMU ended with code 1', 'HYPERVISOR_FAILED');
  return Promise.resolve({ vm: definition.id, host, generation: 1 });
}

export function stopVirtualMachine({ vm, host }: StopVirtualMachineInput): Promise<object> {
  return Promise.resolve({ vm, host, generation: 2 });
}
