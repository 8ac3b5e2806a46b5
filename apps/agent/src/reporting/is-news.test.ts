import type { HostReport } from '@ferry/domain';
import { expect, it } from 'vitest';
import { A_REPORT } from '../testing/a-report.ts';
import { isNews, TOLD_EVERY_MS } from './is-news.ts';

const told = { report: A_REPORT, sinceMs: TOLD_EVERY_MS - 1 };

it('a report in which only the time and the free memory are others is no news', () => {
  const later = { ...A_REPORT, at: '2026-01-01T00:00:02.000Z', memory: { totalBytes: 1000, freeBytes: 400 } };
  expect(isNews(later, told)).toBe(false);
});

it.each<Partial<HostReport>>([
  { agentVersion: '1.0.1' },
  { memory: { totalBytes: 2000, freeBytes: 500 } },
  { networks: [] },
  { migrationAddress: '127.0.0.2' },
])('%o is news', (change) => {
  expect(isNews({ ...A_REPORT, ...change }, told)).toBe(true);
});

it('what was told so long ago that the host would soon be silent is told again', () => {
  expect(isNews(A_REPORT, { report: A_REPORT, sinceMs: TOLD_EVERY_MS })).toBe(true);
});

it('an API that took nothing, or not the last, is told', () => {
  expect(isNews(A_REPORT, null)).toBe(true);
});
