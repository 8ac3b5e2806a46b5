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

/** Whether trying again later can help, so that a person should be asked instead of giving up. */
export function mayPassLater({ code }: Failure): boolean {
  return ERRORS[code].retryable;
}

export function refusal(code: ErrorCode, detail: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(detail, code);
}
