import type { Finding } from '@ferry/domain';
import { expect, onTestFinished, test } from 'vitest';
import { SOURCE_FACTS, StandInHosts } from '../integration/workflow/stand-in-hosts.ts';

const findings: Finding[] = [
  { code: 'MIGRATION_BLOCKED', severity: 'error', host: 'host-a', facts: 'A GPU is passed through.' },
  { code: 'MEMORY_SHORT', severity: 'error', host: 'host-a', facts: '1 byte is free.' },
];

test('a VM that can’t move is refused once, with every reason and its remedy, and is neither touched nor tried again', async () => {
  const now = new Date().toISOString();
  const hosts = await StandInHosts.start({
    inspectSource: () => {
      const result = { findings, configuration: null, host: SOURCE_FACTS };
      return Promise.resolve({ host: 'host-a', attempts: 1, startedAt: now, finishedAt: now, result });
    },
  });
  onTestFinished(() => hosts.stop());
  const migration = await hosts.migrate();
  const end = await migration.result();
  expect(end).toMatchObject({ state: 'failed', owner: 'host-a', failure: { code: 'PREFLIGHT_FAILED' } });
  const { detail } = end.state === 'failed' ? end.failure : { detail: '' };
  expect(detail).toMatch(/MIGRATION_BLOCKED on host-a: .*A GPU is passed through\. Detach the named device/);
  expect(detail).toMatch(/MEMORY_SHORT on host-a: .*1 byte is free\. Free memory there/);
  // Reading the configuration and probing touch nothing, and are begun beside the checks; the key that came with it goes again.
  const beside = ['transferConfiguration', 'listenForProbes', 'probe', 'forgetStreamKey'];
  expect(hosts.deeds.filter((deed) => !beside.includes(deed))).toEqual(['inspectSource']);
  expect(hosts.told).toEqual(['requested', 'phase-started preflight', 'phase-failed preflight', 'failed']);
});
