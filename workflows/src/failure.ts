import type { FailureDetails } from '@ferry/contracts';
import { ERRORS, isErrorCode, type ErrorCode, type Failure } from '@ferry/domain';
import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/common';

/** The catalogue's code and the words of whatever an activity has failed with. */
export function failureOf(error: unknown): Failure {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure) {
    const code = isErrorCode(cause.type) ? cause.type : 'INTERNAL';
    return { code, detail: cause.message };
  }
  if (cause instanceof TimeoutFailure) return { code: 'HOST_GONE', detail: `No answer in time (${cause.timeoutType})` };
  return { code: 'INTERNAL', detail: error instanceof Error ? error.message : String(error) };
}

/** Which attempt it was that failed, where the host has said so. */
export function attemptsOf(error: unknown): number | undefined {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (!(cause instanceof ApplicationFailure)) return undefined;
  return (cause.details?.[0] as FailureDetails | undefined)?.attempts;
}

/** Whether trying again later can help, so that a person should be asked instead of giving up. */
export function mayPassLater({ code }: Failure): boolean {
  return ERRORS[code].retryable;
}

export function refusal(code: ErrorCode, detail: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(detail, code);
}
