import { RESUME_UPDATE, STATE_QUERY, type MigrationSnapshot, type ResumeAnswer } from '@ferry/contracts';
import type { Request } from '@ferry/domain';
import { ApplicationFailure } from '@temporalio/activity';
import { access } from 'node:fs/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { discard } from '../../apps/agent/src/deeds/discard.ts';
import { withdraw } from '../../apps/agent/src/deeds/withdraw.ts';
import { arm, copyMemory, prepare } from '../../apps/agent/src/testing/two-hosts.ts';
import { StandInHosts } from '../integration/workflow/stand-in-hosts.ts';
import { twoHostsUnderTest } from '../setup/two-hosts-under-test.ts';

const ada: Request = { actor: 'ada', reason: 'it runs' };

function failing(code: string): () => Promise<never> {
  return () => Promise.reject(ApplicationFailure.nonRetryable('as it seems', code));
}

test('the source says that its transfer failed, and the record that the guest has moved: the migration completes, and nothing is destroyed', async () => {
  let asked = 0;
  const hosts = await StandInHosts.start({
    // Asked a second time, its agent has read the record.
    transferMemory: () => failing('TRANSFER_FAILED')(),
    withdraw: () => {
      asked += 1;
      const explanation = 'host-b has started it.';
      return Promise.resolve({ outcome: 'moved', owner: 'host-b', generation: 3, explanation });
    },
  });
  onTestFinished(() => hosts.stop());
  const migration = await hosts.migrate();
  await expect(migration.result()).resolves.toMatchObject({ state: 'completed', owner: 'host-b' });
  expect(asked).toBe(1);
  expect(hosts.deeds).not.toContain('discardDestination');
});

test('what fails after the pivot is never the migration’s failure: it waits, undoes nothing, and goes on when a person says so', async () => {
  let broken = true;
  const now = new Date().toISOString();
  const report = { host: 'host-b', attempts: 1, startedAt: now, finishedAt: now, result: { ports: [] } };
  const hosts = await StandInHosts.start({
    redirectNetwork: () => (broken ? failing('INTERNAL')() : Promise.resolve(report)),
  });
  onTestFinished(() => hosts.stop());
  const migration = await hosts.migrate();
  const state = () => migration.query<MigrationSnapshot>(STATE_QUERY).then((snapshot) => snapshot.state);
  await vi.waitFor(async () => expect(await state()).toMatchObject({ state: 'needs-attention' }), { timeout: 10_000 });
  broken = false;
  await migration.executeUpdate<ResumeAnswer, [Request]>(RESUME_UPDATE, { args: [ada] });
  await expect(migration.result()).resolves.toMatchObject({ state: 'completed', owner: 'host-b' });
  expect(hosts.deeds).not.toContain('discardDestination');
  expect(hosts.deeds).not.toContain('withdraw');
});

test('a cleanup after a move that succeeded leaves the guest and its only disk alone, on both hosts', async () => {
  const hosts = await twoHostsUnderTest('QEMU');
  const plan = hosts.plan();
  const listening = await prepare(hosts, plan);
  const armed = arm(hosts, plan);
  await copyMemory(hosts, plan, listening);
  await Promise.all(Object.values(armed));

  const next = { ...plan, epoch: 2 };
  await withdraw(hosts.a, next, { reason: 'it is said to have failed' });
  await discard(hosts.a, next);
  await discard(hosts.b, next);
  expect(await hosts.b.hypervisor.status(hosts.vm)).toBe('running');
  await expect(access(hosts.image)).resolves.toBeUndefined();
});
