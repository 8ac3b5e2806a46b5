import { isDeepStrictEqual } from 'node:util';
import type { HostReport } from '@ferry/domain';

/** With the first look so long after it was told, in ms, the API is told again that the host is there: twice before it calls the host silent. */
export const TOLD_EVERY_MS = 3_000;

/** Whether the API has still to be told this, which took something else so long ago. Free memory alone is no news: it always differs. */
export function isNews(report: HostReport, told: { report: HostReport; sinceMs: number } | null): boolean {
  if (told === null || told.sinceMs >= TOLD_EVERY_MS) return true;
  return !isDeepStrictEqual(steady(report), steady(told.report));
}

function steady({ memory, ...report }: HostReport): object {
  return { ...report, at: null, memory: memory.totalBytes };
}
