import type { ErrorCode } from './errors.ts';

const refusals: readonly ErrorCode[] = ['SWITCHOVER_BEGUN', 'DOWNTIME_TOO_SHORT', 'TRANSFER_NOT_BEGUN', 'SUPERSEDED'];

/** Whether a source that failed to steer its transfer has changed nothing; otherwise nobody knows. */
export function isRefusalOfSteering(code: ErrorCode): boolean {
  return refusals.includes(code);
}
