import { DEFAULT_POLICY } from '@ferry/domain';
import { expect, onTestFinished, test } from 'vitest';
import { StandInHosts } from './stand-in-hosts.ts';

test('a stream in plain text has to be asked for, and the audit history keeps a warning of it', async () => {
  const hosts = await StandInHosts.start();
  onTestFinished(() => hosts.stop());
  const findings = async (stream: 'encrypted' | 'plain-text') => {
    const before = hosts.events.length;
    await (await hosts.migrate({ policy: { ...DEFAULT_POLICY, stream } })).result();
    const checked = hosts.events.slice(before).find((event) => event.type === 'phase-completed');
    return checked?.type === 'phase-completed' ? checked.details['findings'] : null;
  };
  expect(await findings('encrypted')).toEqual([]);
  expect(await findings('plain-text')).toMatchObject([{ code: 'STREAM_IN_PLAIN_TEXT', severity: 'warning' }]);
});
