import { isGrpcCancelledError, isGrpcDeadlineError, isGrpcServiceError, ServiceError } from '@temporalio/client';
import { WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { ApplicationFailure, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { FerryError, isErrorCode } from '@ferry/domain';

/** Says an engine's failure in words of the catalogue: what the workflow refused with, or that the engine is away. */
export function asFerryError(error: unknown): FerryError {
  if (error instanceof FerryError) return error;
  if (error instanceof WorkflowExecutionAlreadyStartedError) {
    return new FerryError('VM_ALREADY_MOVING', 'The VM is being moved, started or stopped.', { cause: error });
  }
  const failure = causesOf(error).find((cause) => cause instanceof ApplicationFailure && isErrorCode(cause.type));
  if (failure instanceof ApplicationFailure && isErrorCode(failure.type)) {
    return new FerryError(failure.type, failure.message, { cause: error });
  }
  if (causesOf(error).some(isEngineAway)) {
    return new FerryError('ENGINE_UNAVAILABLE', 'Temporal does not answer.', { cause: error });
  }
  return new FerryError('INTERNAL', 'The workflow failed in a way it should not.', { cause: error });
}

function isEngineAway(error: unknown): boolean {
  return (
    isGrpcServiceError(error) ||
    isGrpcDeadlineError(error) ||
    isGrpcCancelledError(error) ||
    error instanceof ServiceError ||
    error instanceof WorkflowUpdateRPCTimeoutOrCancelledError
  );
}

function causesOf(error: unknown): unknown[] {
  const causes: unknown[] = [];
  for (let each = error; each instanceof Error && !causes.includes(each); each = each.cause) causes.push(each);
  return causes;
}
