import type { FailureDetails } from '@ferry/contracts';
import { ERRORS, FerryError, type ErrorCode } from '@ferry/domain';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { Context } from '@temporalio/activity';
import type { Attempt } from './agent-services.ts';
import { CopyGone } from './hypervisor/port.ts';

/**
 * Cancellation reaches an activity only as the answer to a heartbeat. More often would cost the guest: a migration has six
 * under way, and Temporal writes each down, also while the CPUs stand still.
 */
const heartbeatMs = 1_000;
const reattachMs = 200;

/** Runs an attempt at an activity: it heartbeats, and its errors cross with a code of the catalogue. */
export async function attempted<T>(deed: (attempt: Attempt, number: number) => Promise<T>): Promise<T> {
  const context = Context.current();
  const heart = setInterval(() => context.heartbeat(), heartbeatMs);
  try {
    return await deed({ signal: context.cancellationSignal }, context.info.attempt);
  } catch (error) {
    throw failureOf(error, context.cancellationSignal, context.info.attempt);
  } finally {
    clearInterval(heart);
  }
}

/** An error as Temporal carries it. */
export function failureOf(error: unknown, { aborted, reason }: AbortSignal, attempts = 1): Error {
  if (aborted && error === reason) {
    if (reason instanceof CancelledFailure && reason.message !== 'WORKER_SHUTDOWN') return reason;
    // Worker shutdown is not an abort: QEMU lives on, and the next attempt re-attaches.
    const message = 'the agent is being restarted; the VM runs on';
    return ApplicationFailure.create({ message, type: 'HOST_GONE' satisfies ErrorCode, nextRetryDelay: reattachMs });
  }
  const { code, message, details } = explain(error);
  return ApplicationFailure.create({
    message,
    type: code,
    nonRetryable: !ERRORS[code].retryable,
    details: [{ ...details, attempts } satisfies FailureDetails],
    ...(error instanceof Error && { cause: error }),
  });
}

function explain(error: unknown): { code: ErrorCode; message: string; details: Pick<FailureDetails, 'fields'> } {
  if (error instanceof FerryError) {
    const details = error.fields.length > 0 ? { fields: error.fields } : {};
    return { code: error.code, message: error.message, details };
  }
  if (error instanceof CopyGone) return { code: 'GUEST_GONE', message: error.message, details: {} };
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error), details: {} };
}
