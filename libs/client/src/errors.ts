import type { FieldError } from '@ferry/domain';
import type { Problem } from '@ferry/contracts/http';

/** The API refused: its problem document (RFC 9457). `code` is stable; `detail` and `remedy` are for people. */
export class FerryProblem extends Error {
  readonly code: Problem['code'];
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly remedy: string;
  /** Whether the same request can succeed later. */
  readonly retryable: boolean;
  readonly fields: readonly FieldError[];
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'FerryProblem';
    this.code = problem.code;
    this.status = problem.status;
    this.title = problem.title;
    this.detail = problem.detail;
    this.remedy = problem.remedy;
    this.retryable = problem.retryable;
    this.fields = problem.fields ?? [];
    this.problem = problem;
  }
}

/** Nothing answered at the address: refused, unknown, cut off, or silent for too long. */
export class ApiUnreachable extends Error {
  readonly url: string;

  constructor(url: string, why: string, cause: unknown) {
    super(`no answer from the API at ${url}: ${why}`, { cause });
    this.name = 'ApiUnreachable';
    this.url = url;
  }
}

/** Something answered that does not speak the contract: another server, a proxy's error page, an API of another version. */
export class UnexpectedAnswer extends Error {
  readonly url: string;
  readonly status: number;

  constructor(url: string, status: number, why: string, cause?: unknown) {
    super(`${url} answered ${status.toString()}, but ${why}`, { cause });
    this.name = 'UnexpectedAnswer';
    this.url = url;
    this.status = status;
  }
}

/** Whether a failure can pass by itself, so that whoever only watches should come back instead of giving up. */
export function isPassing(error: unknown): boolean {
  if (error instanceof FerryProblem) return error.retryable || error.status >= 500;
  // A proxy's own error page is what an API that is being restarted looks like.
  if (error instanceof UnexpectedAnswer) return error.status >= 500;
  // A stream that breaks off is a TypeError of fetch.
  return error instanceof ApiUnreachable || error instanceof TypeError;
}
