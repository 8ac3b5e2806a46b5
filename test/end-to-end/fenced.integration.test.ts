import { join } from 'node:path';
import { readFile, writeFile } from 'node:fs/promises';
import { agentName, type Lab } from '@ferry/lab';
import { QmpClient } from '@ferry/qmp';
import { expect, test } from 'vitest';
import { at, labUnderTest, untilItStandsStill } from '../setup/lab-under-test.ts';

const vm = 'fenced-1';

test('a person decides for the destination while nobody can ask the source’s host: it is cut off the LUN before, or nothing is decided; its copy, started by hand, writes nothing', async () => {
  const lab = await labUnderTest('fenced', { storage: 'iscsi' });
  await lab.createGuest(vm, { host: 'host-a', dirty: { mibPerSecond: 4, workingSetMib: 8 } });
  const { migration, old } = await sourceLost(lab);

  const decide = () =>
    lab.client.decideMigration(migration, {
      owner: 'host-b',
      confirmation: `${vm} host-b`,
      reason: 'nobody can ask host-a',
    });
  const mend = await breakFence(lab);
  await expect(decide()).rejects.toMatchObject({
    code: 'FENCE_FAILED',
    message: expect.stringContaining('the array is busy') as string,
  });
  expect(await lab.witnessRecord(vm)).toMatchObject({ kind: 'held', host: 'host-a' });
  await mend();
  expect(await decide()).toMatchObject({ owner: 'host-b', runs: true, cutOff: ['disk0'] });
  expect(await lab.san?.hostsOn(vm)).toEqual(['host-b']);

  await old.execute('cont');
  const then = await lab.counter(vm);
  await expect
    .poll(async () => (await lab.counter(vm)).sequence, { timeout: 10_000 })
    .toBeGreaterThan(then.sequence + 40);
  expect(await old.execute('query-status')).toMatchObject({ status: 'running' });
  expect(await lab.counter(vm)).toMatchObject({ whole: true, problems: [] });

  old.close();
  await lab.part(agentName('host-a')).restart();
  await expect.poll(() => lab.client.virtualMachines({ host: 'host-a' })).toMatchObject({ items: [] });
  expect(await lab.counter(vm)).toMatchObject({ whole: true, problems: [] });
}, 180_000);

/** The destination has the whole state, the record is still the source's, and the source's host can only be reached by hand. */
async function sourceLost(lab: Lab): Promise<{ migration: string; old: QmpClient }> {
  const policy = { bandwidthBytesPerSecond: 32 * 1024 ** 2 };
  const { id } = await lab.client.submitMigration({ vm, destination: 'host-b', policy });
  if (id === null) throw new Error('it was not submitted');
  const loss = at('progress', async () => {
    await lab.part(agentName('host-a')).kill9();
    await untilItStandsStill(lab, vm);
    const old = await QmpClient.connect({ directory: join(lab.layout.runDirectory('host-a'), vm), name: 'qmp.sock' });
    // Its CPUs stand a moment before it waits to be told.
    await expect.poll(async () => (await old.execute('query-migrate')).status).toBe('pre-switchover');
    await old.execute('migrate-continue', { state: 'pre-switchover' });
    // On-call tries this first; only the source could say.
    const cancelled = await lab.client.cancelMigration(id, { reason: 'host-a is silent' });
    expect(cancelled).toMatchObject({ outcome: 'pending' });
    return old;
  });
  const steps = lab.client.follow({ migration: id, signal: AbortSignal.timeout(90_000) });
  for await (const step of steps) {
    if (step.kind === 'progress') loss.reached('progress');
    if (step.kind === 'history' && step.entry.action === 'migration.needs-attention') break;
  }
  return { migration: id, old: await loss.done() };
}

/** Lets the fence fail until it is mended. */
async function breakFence(lab: Lab): Promise<() => Promise<void>> {
  const fence = join(lab.layout.san, 'fence');
  const whole = await readFile(fence, 'utf8');
  await writeFile(fence, '#!/bin/sh\necho the array is busy >&2\nexit 1\n');
  return () => writeFile(fence, whole);
}
