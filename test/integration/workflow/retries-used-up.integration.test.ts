import { RESUME_UPDATE, STATE_QUERY, type MigrationSnapshot, type ResumeAnswer } from '@ferry/contracts';
import type { Request } from '@ferry/domain';
import { ApplicationFailure } from '@temporalio/activity';
import { expect, onTestFinished, test, vi } from 'vitest';
import { StandInHosts, type HostActivities } from './stand-in-hosts.ts';

const ada: Request = { actor: 'ada', reason: 'the switch is back' };

/** Fails with a retryable code until it is mended; its retries are used up at once. */
function broken<Name extends keyof HostActivities>(
  name: Name,
): { activities: Partial<HostActivities>; mend: (activity: HostActivities[Name]) => void } {
  let activity: HostActivities[Name] | null = null;
  const deed = (...input: unknown[]) => {
    if (activity === null)
      throw ApplicationFailure.create({ type: 'HYPERVISOR_SILENT', message: 'no answer', nonRetryable: true });
    return (activity as (...input: unknown[]) => unknown)(...input);
  };
  return { activities: { [name]: deed }, mend: (mended) => (activity = mended) };
}

test.each(['createDestination', 'redirectNetwork'] as const)(
  '%s: the migration waits for a person, and goes on from there',
  async (name) => {
    const { activities, mend } = broken(name);
    const hosts = await StandInHosts.start(activities);
    onTestFinished(() => hosts.stop());
    const migration = await hosts.migrate();
    const state = () => migration.query<MigrationSnapshot>(STATE_QUERY);
    await vi.waitFor(
      async () =>
        expect((await state()).state).toMatchObject({
          state: 'needs-attention',
          failure: { code: 'HYPERVISOR_SILENT', detail: 'no answer' },
        }),
      { timeout: 10_000 },
    );

    const now = new Date().toISOString();
    mend(() =>
      Promise.resolve({
        host: 'host-b',
        attempts: 1,
        startedAt: now,
        finishedAt: now,
        result: { uri: 'tcp:127.0.0.1:1', streamKey: 'b' },
      }),
    );
    await migration.executeUpdate<ResumeAnswer, [Request]>(RESUME_UPDATE, { args: [ada] });
    await expect(migration.result()).resolves.toMatchObject({ state: 'completed' });
    expect(hosts.told).toContain(`resumed ${name === 'createDestination' ? 'create-destination' : 'redirect-network'}`);
  },
);
