import { FerryError } from '@ferry/domain';
import pg from 'pg';
import { QueryFailedError } from 'typeorm';

/** Classes of SQLSTATE that say "not now" rather than "you asked wrongly": connection, resources, shutdown, system. */
const NOT_NOW = ['08', '53', '57', '58'];

/**
 * Throws `RECORDS_UNAVAILABLE` where the error says that Postgres can't be reached, else the error itself. While
 * connecting every error means that, but a mistake in a schema change.
 */
export function asUnavailable(error: unknown, doing: 'connecting' | 'working' = 'working'): never {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  const unavailable =
    cause instanceof pg.DatabaseError
      ? (doing === 'connecting' && !(error instanceof QueryFailedError)) || NOT_NOW.includes(sqlClass(cause))
      : error instanceof QueryFailedError || doing === 'connecting' || isConnectionLost(cause);
  if (!unavailable) throw error;
  throw new FerryError('RECORDS_UNAVAILABLE', 'Postgres does not answer.', { cause: error });
}

function sqlClass(error: pg.DatabaseError): string {
  return error.code?.slice(0, 2) ?? '';
}

/** What the driver throws without a code of its own when a connection can't be had, or breaks outside a query. */
function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof FerryError) return false;
  return (
    'syscall' in error || /timeout exceeded|timeout expired|connection terminated|not queryable/i.test(error.message)
  );
}
