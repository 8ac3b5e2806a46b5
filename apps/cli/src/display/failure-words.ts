import { ApiUnreachable, FerryProblem, UnexpectedAnswer } from '@ferry/client';
import { ERRORS, FerryError, type Failure, type FieldError } from '@ferry/domain';
import { BadSettings } from '@ferry/contracts/settings';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Ink } from './ink.ts';

/** The user gave something that cannot be used: a file, an id. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly fields: readonly FieldError[];
  constructor(message: string, fields: readonly FieldError[] = []) {
    super(message);
    this.fields = fields;
  }
}

/** A failure in the words of the command line. */
export interface FailureWords {
  exitCode: ExitCode;
  code: string;
  title: string;
  detail: string;
  fields: readonly FieldError[];
  remedy: string;
}

/** What is said of any error, and what `ferry` exits with for it. */
export function failureWords(error: unknown): FailureWords {
  if (error instanceof FerryProblem) {
    const { code, title, detail, fields, remedy } = error;
    return { exitCode: exitCodeOf(error), code, title, detail, fields, remedy };
  }
  if (error instanceof FerryError) {
    const { title, remedy } = ERRORS[error.code];
    return words(EXIT.REFUSED, error.code, title, error.message, remedy);
  }
  if (error instanceof ApiUnreachable) {
    const remedy = 'Start the API, or set FERRY_API_URL to where it listens.';
    return words(EXIT.UNREACHABLE, 'API_UNREACHABLE', 'The API cannot be reached', error.message, remedy);
  }
  if (error instanceof UnexpectedAnswer) {
    const remedy = 'Set FERRY_API_URL to the API of Ferry, and use a ferry of the same version.';
    return words(EXIT.UNREACHABLE, 'UNEXPECTED_ANSWER', 'What answers is not this API', error.message, remedy);
  }
  if (error instanceof BadSettings) {
    const remedy = 'Correct the named settings.';
    return words(EXIT.USAGE, 'SETTING_WRONG', 'A setting is wrong', error.message, remedy);
  }
  if (error instanceof UsageError) {
    const remedy = 'See ferry help.';
    return { ...words(EXIT.USAGE, 'USAGE', 'This cannot be used', error.message, remedy), fields: error.fields };
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return words(EXIT.FAILED, 'INTERNAL', 'ferry made a mistake', detail, 'Report it with these lines.');
}

/** What happened, where, and what helps: for people. */
export function showFailure(ink: Ink, { code, title, detail, fields, remedy }: Omit<FailureWords, 'exitCode'>): string {
  // The detail of a single wrong field often is that field's message.
  const unsaid = fields.filter(({ field, message }) => detail !== `${field}: ${message}`);
  return [
    `${ink('bad', title)} ${ink('faint', `(${code})`)}`,
    ...detail.split('\n').map((line) => `  ${ink('plain', line)}`),
    ...unsaid.map(
      ({ field, message }) => `  ${ink('strong', field === '' ? 'body' : field)}: ${ink('plain', message)}`,
    ),
    `  ${ink('accent', '→')} ${ink('plain', remedy)}`,
  ].join('\n');
}

/** The same for a failure that a migration ended or parked with. */
export function showMigrationFailure(ink: Ink, { code, detail }: Failure): string {
  const { title, remedy } = ERRORS[code];
  return showFailure(ink, { code, title, detail, remedy, fields: [] });
}

function exitCodeOf(problem: FerryProblem): ExitCode {
  if (problem.retryable) return EXIT.TRY_AGAIN;
  return problem.code === 'INTERNAL' ? EXIT.FAILED : EXIT.REFUSED;
}

function words(exitCode: ExitCode, code: string, title: string, detail: string, remedy: string): FailureWords {
  return { exitCode, code, title, detail, fields: [], remedy };
}
