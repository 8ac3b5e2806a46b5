import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ownerOf, type HostId } from '@ferry/domain';
import { parseRunLog, type RunLogEntry } from '@ferry/qmp/simulator';
import type { AgentServices } from '../../agent-services.ts';
import type { Outcome } from './conduct.ts';
import type { Mischief } from './mischief.ts';
import type { Cast, Stage } from './stage.ts';

/** Agents are given this long to tidy up, in ms. */
const tidyWithinMs = 4_000;
const lookAgainMs = 20;

/** A handover that has ended, or was parked. */
export interface Ended {
  readonly stage: Stage;
  readonly cast: Cast;
  readonly struck: ReadonlySet<Mischief>;
  readonly outcome: Outcome;
}

/** What speaks against it: nothing where never two ran, the guest runs or its only copy died, and nothing is left. */
export async function judgeHandover(ended: Ended): Promise<string[]> {
  const killed = hostsWhoseQemuWasKilled(ended);
  const deadline = performance.now() + tidyWithinMs;
  for (;;) {
    const ran = twoAtOnce(parseRunLog(await readFile(ended.stage.runLog, 'utf8')), killed);
    // What ran is not undone by waiting; all else may still be on its way.
    const rest = await judgeRest(ended, killed);
    if ((ran.length === 0 && rest.length === 0) || performance.now() > deadline) return [...ran, ...rest];
    await pause(lookAgainMs);
  }
}

/**
 * Whether it waits for a person by right: the source's QEMU and agent were both killed in the switchover, so nobody saw
 * whether the guest had run on there, and only a fence can tell.
 */
export function isParkedByRight({ struck, outcome }: Ended): boolean {
  const has = (is: (each: Mischief) => boolean) => [...struck].some(is);
  return (
    outcome === 'parked, HYPERVISOR_SILENT' &&
    has((each) => each.kind === 'agent killed' && each.at.by === 'source') &&
    has((each) => roleKilled(each) === 'source')
  );
}

function roleKilled(each: Mischief) {
  if (each.kind === 'QEMU killed') return each.copy;
  return each.kind === 'hypervisor fails' && each.fault.do === 'die' ? each.fault.side : null;
}

function hostsWhoseQemuWasKilled({ struck, cast }: Ended): Set<HostId> {
  const roles = [...struck].map(roleKilled);
  return new Set(roles.flatMap((role) => (role === null ? [] : [cast[role].host])));
}

function twoAtOnce(log: readonly RunLogEntry[], killed: ReadonlySet<HostId>): string[] {
  const running = new Map<number, HostId>();
  const against: string[] = [];
  for (const { pid, what, directory } of log) {
    const host = directory.split('/').at(-2) ?? '';
    running.delete(pid);
    if (what === 'stands') continue;
    for (const other of running.values()) {
      // One that was killed could not tell that it stands.
      if (!killed.has(other)) against.push(`it began to run on ${host} while it ran on ${other}`);
    }
    running.set(pid, host);
  }
  return against;
}

async function judgeRest({ stage, cast, outcome }: Ended, killed: ReadonlySet<HostId>): Promise<string[]> {
  const vm = stage.definition.id;
  const hosts = [await cast.source.settled(), await cast.destination.settled()] as const;
  const record = await hosts[0].witness.read(vm);
  const owner = ownerOf(record);
  const against: string[] = [];
  for (const host of hosts) {
    if (await hasSecrets(host, join(stage.folder, host.host, vm))) against.push(`a secret is left on ${host.host}`);
    if (host.host === owner) {
      const status = await host.hypervisor.status(vm);
      if (status !== 'running') against.push(`its owner is ${owner}, and there it is ${status}`);
      continue;
    }
    const left = (await readdir(join(stage.folder, host.host))).filter((name) => name.startsWith(vm));
    if (left.length > 0 || host.hypervisor.list().length > 0) against.push(`something is left on ${host.host}`);
  }
  if (owner === null) {
    if (record?.kind !== 'stopped') against.push(`nobody has it, and its record is ${record?.kind ?? 'none'}`);
    else if (!killed.has(record.host)) against.push(`it was lost on ${record.host}, and nobody killed it there`);
  }
  if (outcome === 'completed' && owner === cast.source.host)
    against.push(`it has completed, and its owner is ${owner}`);
  if (outcome.startsWith('parked')) against.push(`it is ${outcome}`);
  return against;
}

async function hasSecrets({ streamKeys }: Pick<AgentServices, 'streamKeys'>, folder: string): Promise<boolean> {
  const kept = await streamKeys.kept();
  const there = await access(join(folder, 'keys.psk')).then(
    () => true,
    () => false,
  );
  return kept.length > 0 || there;
}
