import { setTimeout as pause } from 'node:timers/promises';
import { FerryError } from '@ferry/domain';
import { planFaults, type Fault } from '@ferry/qmp/simulator';
import type { Mischief, Role, Script } from './mischief.ts';
import type { Cast, Stage } from './stage.ts';

/** Mischief that lies in wait on a stage. */
export interface Ambush {
  readonly cancelled: AbortSignal;
  /** Takes away what lasts, and strikes no more. */
  end(): Promise<void>;
}

/**
 * Lies in wait until the crossings of the script come.
 * @param struck what has struck is put in here
 */
export function layAmbush(stage: Stage, cast: Cast, { seed, mischief }: Script, struck: Set<Mischief>): Ambush {
  const mending: Promise<void>[] = [];
  const cancel = new AbortController();
  const crossed: Record<Role, number> = { source: 0, destination: 0 };
  const failing: Record<Role, number> = { source: 0, destination: 0 };
  const planned = new Set<Fault>();
  let away = false;

  const plan = (fault: Fault, there: boolean): void => {
    if (there) planned.add(fault);
    else planned.delete(fault);
    planFaults(stage.image, { faults: [...planned], seed });
  };
  const mendedAfter = (blow: Promise<void>, forMs: number, mend: () => Promise<void>): Promise<void> => {
    mending.push(blow.then(() => pause(forMs)).then(mend));
    return blow;
  };
  const strike = async (each: Mischief): Promise<void> => {
    struck.add(each);
    switch (each.kind) {
      case 'agent killed':
        cast[each.at.by].kill(each.backAfterMs);
        return;
      case 'agent frozen':
        cast[each.at.by].freeze(each.forMs);
        return;
      case 'witness fails':
        failing[each.at.by] = each.times;
        return;
      case 'witness away':
        if (away) return;
        away = true;
        return mendedAfter(stage.moveWitness('away'), each.forMs, async () => {
          await stage.moveWitness('back');
          away = false;
        });
      case 'QEMU killed':
        return stage.signal(cast[each.copy].host, 'SIGKILL');
      case 'QEMU frozen':
        return mendedAfter(stage.signal(cast[each.copy].host, 'SIGSTOP'), each.forMs, () =>
          stage.signal(cast[each.copy].host, 'SIGCONT'),
        );
      case 'hypervisor fails':
        plan(each.fault, true);
        if (each.fault.do === 'stall') mending.push(pause(each.forMs).then(() => plan(each.fault, false)));
        return;
      case 'cancelled':
        cancel.abort();
        return;
    }
  };

  /** A blow that lands after the end would hit the next migration. */
  const strikeNow = (each: Mischief): Promise<void> => {
    const blow = strike(each);
    mending.push(blow);
    return blow;
  };

  const crossing = async (role: Role, door: string): Promise<void> => {
    const number = (crossed[role] += 1);
    for (const each of mischief)
      if ('at' in each && each.at.by === role && each.at.crossing === number) await strikeNow(each);
    if (failing[role] === 0 || !/^(?:witness|claim)\.(?!discard)/.test(door)) return;
    failing[role] -= 1;
    throw new FerryError('WITNESS_UNREACHABLE', 'it was to fail');
  };
  for (const role of ['source', 'destination'] as const) cast[role].crossing = (door) => crossing(role, door);
  for (const each of mischief) if (!('at' in each)) void strikeNow(each);

  return {
    cancelled: cancel.signal,
    end: async () => {
      for (const agent of stage.agents) agent.crossing = () => Promise.resolve();
      await Promise.all(mending);
      planFaults(stage.image, { faults: [] });
    },
  };
}
