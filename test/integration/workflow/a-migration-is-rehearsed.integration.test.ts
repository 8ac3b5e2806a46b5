import { CANCEL_UPDATE, FORCE_UPDATE, RELEASE_UPDATE, type CancelAnswer } from '@ferry/contracts';
import type { Request } from '@ferry/domain';
import { expect, onTestFinished, test } from 'vitest';
import { Milestone } from './milestone.ts';
import { endless, REHEARSED, StandInHosts } from './stand-in-hosts.ts';

const ada: Request = { actor: 'ada', reason: 'before the window' };
/** What would let the guest go. */
const HANDING_OVER = ['transferMemory', 'transferState', 'transferStorage', 'bringOnline', 'retireSource'];

test('a rehearsal ends before the switchover, undoes all of it and tells its figures, and gives its place in the queue back', async () => {
  const hosts = await StandInHosts.start();
  onTestFinished(() => hosts.stop());
  const rehearsal = await hosts.migrate({ rehearsal: true });
  await expect(rehearsal.result()).resolves.toEqual({ state: 'rehearsed', owner: 'host-a', figures: REHEARSED });
  expect(hosts.deeds.slice(-3)).toEqual(['rehearseMemory', 'withdraw', 'discardDestination']);
  expect(hosts.deeds.filter((deed) => HANDING_OVER.includes(deed))).toEqual([]);
  expect(hosts.events[0]).toMatchObject({ type: 'requested', rehearsal: true });
  expect(hosts.told.slice(-5)).toEqual([
    'phase-started transfer-memory',
    'phase-completed transfer-memory',
    'decided',
    'compensated',
    'rehearsed',
  ]);
  // There is one place for each VM that leaves a host: this one would wait for it.
  await expect((await hosts.migrate()).result()).resolves.toMatchObject({ state: 'completed' });
});

test('a rehearsal cannot be made a migration of, and can be cancelled', async () => {
  const memory = new Milestone();
  const hosts = await StandInHosts.start({
    rehearseMemory: (plan) => {
      expect(plan.gate).toBe('shut');
      memory.reach();
      return endless();
    },
  });
  onTestFinished(() => hosts.stop());
  const rehearsal = await hosts.migrate({ rehearsal: true });
  await memory.reached;
  const stays = { cause: { type: 'REHEARSAL_STAYS' } };
  const steer = (verb: string, request: object) => rehearsal.executeUpdate(verb, { args: [{ ...ada, ...request }] });
  await expect(steer(RELEASE_UPDATE, {})).rejects.toMatchObject(stays);
  await expect(steer(FORCE_UPDATE, { downtimeMs: 500 })).rejects.toMatchObject(stays);
  await expect(rehearsal.executeUpdate<CancelAnswer, [Request]>(CANCEL_UPDATE, { args: [ada] })).resolves.toMatchObject(
    { outcome: 'kept', owner: 'host-a' },
  );
  await expect(rehearsal.result()).resolves.toEqual({ state: 'cancelled', owner: 'host-a' });
});
