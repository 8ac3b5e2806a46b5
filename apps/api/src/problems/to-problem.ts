import type { Problem } from '@ferry/contracts/http';
import { ERRORS, FerryError, type ErrorCode, type FieldError } from '@ferry/domain';
import { HttpException } from '@nestjs/common';

/** The page on which each code is described, under its name. */
export const ERRORS_PAGE = '/docs/errors';

/** The RFC 9457 document that answers an error. `instance` is the request's id, under which the log has more. */
export function toProblem(error: unknown, instance: string, asked: string): Problem {
  const { code, detail, fields } = describe(error, asked);
  const { title, status, remedy, retryable } = ERRORS[code];
  return {
    type: `${ERRORS_PAGE}#${code}`,
    ...{ title, status, code, detail, remedy, retryable, instance },
    ...(fields.length > 0 ? { fields: [...fields] } : {}),
  };
}

interface Description {
  code: ErrorCode;
  detail: string;
  fields: readonly FieldError[];
}

function describe(error: unknown, asked: string): Description {
  if (error instanceof FerryError) return { code: error.code, detail: error.message, fields: error.fields };
  switch (statusOf(error)) {
    case 400:
      return aboutBody('VALIDATION_FAILED', (error as Error).message, 'must be a JSON document');
    case 404:
      return { code: 'ROUTE_UNKNOWN', detail: `There is nothing at ${asked}.`, fields: [] };
    case 413:
      return aboutBody('BODY_TOO_LARGE', 'The body is larger than this address takes.', 'is too large');
    case 415:
      return aboutBody('MEDIA_TYPE_UNSUPPORTED', (error as Error).message, 'must be sent as application/json');
    default:
      return { code: 'INTERNAL', detail: 'Something went wrong that should not.', fields: [] };
  }
}

function aboutBody(code: ErrorCode, detail: string, message: string): Description {
  return { code, detail, fields: [{ field: 'body', message }] };
}

/** What the web framework itself says of a request that never reached us. */
function statusOf(error: unknown): number | null {
  if (error instanceof HttpException) return error.getStatus();
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : null;
  return typeof status === 'number' ? status : null;
}
