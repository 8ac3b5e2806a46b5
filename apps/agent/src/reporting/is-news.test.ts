import type { HostReport } from '@ferry/domain';
import { expect, it } from 'vitest';
import { isNews, TOLD_EVERY_MS } from './is-news.ts';

const report: HostReport = {
  host: 'host-a',
  at: '2026-01-01T00:00:00.000Z',
  agentVersion: '1.0.0',
  hypervisor: { type: 'qemu', version: '7.2.0', accelerator: 'tcg' },
  cpu: { vendor: 'GenuineIntel', count: 2 },
  memory: { totalBytes: 1000, freeBytes: 500 },
  migrationAddress: '127.0.0.1',
  networks: ['fabric'],
  virtualMachines: [],
};
const told = { report, sinceMs: TOLD_EVERY_MS - 1 };

it('a report in which only the time and the free memory are others is no news', () => {
  const later = { ...report, at: '2026-01-01T00:00:02.000Z', memory: { totalBytes: 1000, freeBytes: 400 } };
  expect(isNews(later, told)).toBe(false);
});

it.each<Partial<HostReport>>([
  { agentVersion: '1.0.1' },
  { memory: { totalBytes: 2000, freeBytes: 500 } },
  { networks: [] },
  { migrationAddress: '127.0.0.2' },
])('%o is news', (change) => {
  expect(isNews({ ...report, ...change }, told)).toBe(true);
});

it('what was told so long ago that the host would soon be silent is told again', () => {
  expect(isNews(report, { report, sinceMs: TOLD_EVERY_MS })).toBe(true);
});

it('an API that took nothing, or not the last, is told', () => {
  expect(isNews(report, null)).toBe(true);
});
