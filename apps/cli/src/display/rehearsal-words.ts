import type { MigrationDetail } from '@ferry/contracts/http';
import { FINDINGS, type Finding } from '@ferry/domain';
import { printable } from './ink.ts';
import { formatBytes, formatDuration, formatRate } from './quantities.ts';

/** What a rehearsal has found out, in lines; none of a migration. */
export function rehearsalWords({ rehearsal, phases, policy }: MigrationDetail): string[] {
  const figures = rehearsal?.figures ?? null;
  if (figures === null) return [];
  const { copiedMs, transferredBytes, rounds, bytesPerSecond, dirtyBytesPerSecond, forecast } = figures;
  const found = phases.find(({ phase }) => phase === 'preflight')?.details['findings'];
  return [
    `its memory was copied in ${formatDuration(copiedMs)}: ${formatBytes(transferredBytes)} in ${rounds} rounds, at up to ${formatRate(bytesPerSecond)}`,
    `it dirties ${formatRate(dirtyBytesPerSecond)}`,
    forecast === null
      ? 'a migration would not converge unless it slows the guest down: memory is dirtied faster than it is sent'
      : `a migration would copy for about ${formatDuration(forecast.totalMs)}, with a downtime of about ${formatDuration(forecast.downtimeMs)} for memory; the limit is ${formatDuration(policy.downtimeLimitMs)}`,
    ...(Array.isArray(found) ? (found as Finding[]) : []).map(
      ({ code, severity, facts }) => `${severity} ${code}: ${FINDINGS[code].title}. ${printable(facts)}`,
    ),
  ];
}
