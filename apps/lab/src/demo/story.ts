import { everyItem } from '@ferry/client';
import type { AuditEntry } from '@ferry/contracts/http';
import type { HostId, MigrationPolicy, VmId } from '@ferry/domain';
import type { CounterReport } from '../guest/counter.ts';
import type { Lab } from '../lab.ts';
import type { GuestProbe } from '../probe/guest-probe.ts';
import type { GuestStatus } from '../probe/probe-messages.ts';
import type { Check } from './check.ts';
import { ControlPlaneOutage } from './control-plane-outage.ts';
import { auditFacts, clientFacts, counterFacts, memoryFacts, migrationFacts } from './facts.ts';
import { runMigration, type RunOptions } from './migration-run.ts';
import type { Terminal } from '../terminal.ts';
import { until } from '../until.ts';

const vm: VmId = 'web-1';
/** Enough that memory has to be sent in several rounds, and little enough that these get shorter in either act. */
const dirty = { mibPerSecond: 12, workingSetMib: 8 };
/** Slow enough that the control plane can be killed while memory is on its way. */
const slow: Partial<MigrationPolicy> = { bandwidthBytesPerSecond: 24 * 1024 ** 2 };

/**
 * A guest moves while its client talks to it, and moves again while worker and Temporal server are dead.
 * @returns every fact that was promised, and whether it holds
 */
export async function tellStory(lab: Lab, terminal: Terminal): Promise<Check[]> {
  const [first, second, third] = lab.hosts;
  if (first === undefined || second === undefined || third === undefined) throw new RangeError('it takes three hosts');

  terminal.heading(`A guest starts on ${first}`);
  await lab.createGuest(vm, { host: first, dirty });
  const client = lab.simulated ? '' : ', answers its client';
  terminal.event(`${vm} runs${client}, dirties ${dirty.mibPerSecond} MiB/s of memory and counts on its disk`);

  terminal.heading(`1. It moves to ${second} while its client talks to it`);
  const moved = await move(lab, terminal, { destination: second });
  moved.forEach((fact) => terminal.check(fact));

  terminal.heading(`2. It moves to ${third} while worker and Temporal server are killed`);
  const outage = new ControlPlaneOutage(lab, terminal, { vm, source: second, destination: third });
  const movedAgain = await move(lab, terminal, {
    destination: third,
    policy: slow,
    transferring: () => outage.begin(),
  });
  movedAgain.push(...(await outage.facts()));
  movedAgain.forEach((fact) => terminal.check(fact));
  return [...moved, ...movedAgain];
}

type Move = RunOptions & { destination: HostId; policy?: Partial<MigrationPolicy> };

/** Moves the guest, and says what was seen of it from all sides. */
async function move(lab: Lab, terminal: Terminal, { destination, policy = {}, ...options }: Move): Promise<Check[]> {
  const probe = lab.guestProbe(vm);
  await probe?.reset();
  const before = await lab.counter(vm);
  const request = { vm, destination, policy, reason: 'the demo' };
  const migration = await runMigration(lab.client, request, terminal, options);
  const seen = await probe?.report();
  const status = probe === null ? undefined : await dirtyingStatus(probe);
  return [
    ...migrationFacts(migration),
    ...(seen === undefined ? [] : clientFacts(seen)),
    ...(status === undefined ? [] : memoryFacts(status)),
    ...counterFacts(before, await nextCount(lab)),
    ...auditFacts(await auditHistory(lab, migration.id)),
  ];
}

/** The guest's own word, once it has measured its rate: a guest that is new says 0 until its first second is over. */
async function dirtyingStatus(probe: GuestProbe): Promise<GuestStatus> {
  return until(
    'the guest dirties its memory',
    () => probe.status(),
    ({ dirty }) => dirty.achievedMibPerSecond > 0,
  );
}

/** The guest's disk after at least one more count: it lives. */
async function nextCount(lab: Lab): Promise<CounterReport> {
  const { sequence } = await lab.counter(vm);
  return until(
    'the guest counts on',
    () => lab.counter(vm),
    (counter) => counter.sequence > sequence,
  );
}

async function auditHistory(lab: Lab, migration: string): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  const pages = everyItem((cursor) => lab.client.audit({ migration, order: 'oldest-first', cursor }));
  for await (const entry of pages) entries.push(entry);
  return entries;
}
