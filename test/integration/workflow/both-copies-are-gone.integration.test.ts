import type { Withdrawal } from '@ferry/contracts';
import { ApplicationFailure } from '@temporalio/activity';
import { expect, onTestFinished, test } from 'vitest';
import { StandInHosts } from './stand-in-hosts.ts';

test('released, and the destination declines: the guest is not said to have moved, and the migration ends by itself', async () => {
  const died = (explanation: string) =>
    Promise.reject(ApplicationFailure.nonRetryable(explanation, 'DESTINATION_DIED'));
  const answers: Withdrawal[] = [
    { outcome: 'released', owner: null, generation: 2, explanation: 'it is released and gone from here' },
    { outcome: 'ended', owner: null, generation: 4, explanation: 'the copy here is gone too' },
  ];
  const hosts = await StandInHosts.start({
    transferStorage: () => died('there is no copy to start here'),
    withdraw: () => Promise.resolve(answers.shift() as Withdrawal),
  });
  onTestFinished(() => hosts.stop());
  const migration = await hosts.migrate();
  const failure = { code: 'GUEST_GONE', detail: 'the copy here is gone too' };
  await expect(migration.result()).resolves.toEqual({ state: 'failed', owner: 'host-a', failure });
  expect(hosts.deeds.filter((deed) => deed === 'withdraw')).toHaveLength(2);
  expect(hosts.deeds).toContain('discardDestination');
  expect(hosts.told).not.toContain('completed');
});
