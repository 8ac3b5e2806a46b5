import { DEFAULT_POLICY, type MigrationPolicy } from '@ferry/domain';
import { readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../config.ts';
import { agentName, processNames } from '../control-plane.ts';
import { readCounter } from '../guest/counter.ts';
import { guestParts } from '../guest-definition.ts';
import { until } from '../until.ts';
import { guestProcess } from '../guest-process.ts';
import type { Lab } from '../lab.ts';
import { labTag } from '../lab-tag.ts';
import { labMark } from '../processes/marked-processes.ts';
import { goBeside } from '../processes/precedence.ts';
import { guestAddress, guestMac, guestPrefix, migrationAddress } from '../network/addresses.ts';
import { hostBridge } from '../network/lab-network.ts';
import { BareQemu, type BareMachine } from './bare-guest.ts';
import { bareMigration, type Times } from './bare-migration.ts';
import { compare, type Comparison, type MoveTimes } from './comparison.ts';
import { ferryMigration } from './ferry-migration.ts';
import { Turns } from './turns.ts';

export type Stream = MigrationPolicy['stream'];

export interface BenchResult {
  /** By each of the streams that were asked for. */
  compared: Partial<Record<Stream, Comparison>>;
  /** Of Ferry's processes after that, in MiB. */
  rssMiB: { agent: number; worker: number; api: number };
}

/** Enough that several rounds are needed. */
const DIRTY = { mibPerSecond: 60, workingSetMib: 24 };
const BARE_NUMBER = 100;
const [home, away] = ['host-a', 'host-b'] as const;
const [GUEST, BARE] = ['bench-ferry', 'bench-bare'] as const;

/**
 * Moves two equal guests back and forth, in turns: one through Ferry, one by a bare script. Only ratios of the two mean
 * anything, since both meet the same machine at the same time.
 * @param pairs of moves, by each of the streams
 * @throws when a move fails, or a guest did not survive one
 */
export async function bench(
  lab: Lab,
  pairs: number,
  streams: readonly Stream[],
  say: (line: string) => void,
): Promise<BenchResult> {
  if (lab.network === null) throw new Error('The bench needs real guests');
  const { network } = lab;
  // The script has to go before the guests like the agents do, or their load would count as its slowness.
  goBeside(agentNiceness(lab));
  await lab.createGuest(GUEST, { host: home, dirty: DIRTY });
  const bare = await bareMachine(lab);
  let running = await BareQemu.start(bare, network.hostNamespace(home), '0', 'first');
  await begin(running);
  const turns = await takeTurns(lab);

  let moves = 0;
  const moveBoth = async (policy: MigrationPolicy) => {
    moves += 1;
    const to = moves % 2 === 1 ? away : home;
    const byScript = async (): Promise<MoveTimes> => {
      await turns.take(BARE);
      const begunAtMs = Date.now();
      const next = await BareQemu.start(bare, network.hostNamespace(to), String(moves), 'destination');
      const address = migrationAddress(lab.hosts.indexOf(to) + 1, false);
      const { runningAtMs, ...times } = await bareMigration(running, next, address, policy);
      await running.quit();
      running = next;
      const controlPlaneMs = Date.now() - begunAtMs - times.totalMs;
      return { ...times, controlPlaneMs, toRunningMs: runningAtMs - begunAtMs };
    };
    const byFerry = async () => {
      await turns.take(GUEST);
      return ferryMigration(lab.client, GUEST, to, policy);
    };
    if (moves % 2 === 1) return { bare: await byScript(), ferry: await byFerry() };
    const ferry = await byFerry();
    return { bare: await byScript(), ferry };
  };

  const compared: BenchResult['compared'] = {};
  for (const stream of streams) {
    const times: Awaited<ReturnType<typeof moveBoth>>[] = [];
    for (let pair = 1; pair <= pairs; pair += 1) {
      const both = await moveBoth({ ...DEFAULT_POLICY, stream });
      times.push(both);
      say(`${stream}, pair ${pair} of ${pairs}: bare ${summary(both.bare)} · Ferry ${summary(both.ferry)}`);
    }
    compared[stream] = compare(
      times.map((both) => both.bare),
      times.map((both) => both.ferry),
    );
  }
  const rssMiB = residentSizes(lab);
  await running.quit();
  for (const guest of [BARE, GUEST]) {
    const { whole, problems } = await readCounter(lab.disks.file(guest), lab.disks.formatOf(guest));
    if (!whole) throw new Error(`A guest did not survive: ${problems.join('; ')}`);
  }
  return { compared, rssMiB };
}

/** Nobody but the turns watches the guests: a client's pings would be work for one of them. */
async function takeTurns(lab: Lab): Promise<Turns<typeof GUEST | typeof BARE>> {
  await lab.watchGuest(BARE, guestAddress(BARE_NUMBER));
  const [ours, bare] = [lab.guestProbe(GUEST), lab.guestProbe(BARE)];
  if (ours === null || bare === null) throw new Error('The bench needs real guests');
  await Promise.all([ours.rest(), bare.rest()]);
  return new Turns({ [GUEST]: ours, [BARE]: bare }, DIRTY);
}

async function bareMachine(lab: Lab): Promise<BareMachine> {
  const mac = guestMac(BARE_NUMBER);
  const disk = await lab.disks.create(BARE, {
    bytes: lab.diskBytes,
    personality: { ip: guestAddress(BARE_NUMBER), prefix: guestPrefix, mac, dirty: DIRTY },
  });
  const template = guestProcess(lab.layout, 'host-a', GUEST)?.arguments;
  if (template === undefined) throw new Error(`Nothing runs ${GUEST}`);
  const environment = { ...readConfig().inherited, [labMark]: labTag(lab.layout.root) };
  const volume = disk.kind === 'image' ? lab.disks.file(BARE) : disk.target;
  // What was saved had another disk.
  const savedState = disk.kind === 'pass-through' ? null : join(lab.layout.storagePool, guestParts.savedState);
  return { template, volume, mac, savedState, folder: join(lab.layout.root, 'bare'), bridge: hostBridge, environment };
}

async function begin({ qmp }: BareQemu): Promise<void> {
  // Nothing tells of it: QEMU has no event for a state that was loaded before anybody could ask for events.
  await until(
    'the saved state is loaded',
    () => qmp.execute('query-status'),
    ({ status }) => status !== 'inmigrate',
  );
  await qmp.execute('cont');
}

function agentNiceness(lab: Lab): number {
  return getPriority(lab.processes.find(agentName(home))?.pid);
}

/** Resident memory of the processes, in MiB; of the agents the largest. */
function residentSizes(lab: Lab): BenchResult['rssMiB'] {
  const sizeOf = (name: string) => {
    const status = readFileSync(`/proc/${lab.processes.find(name)?.pid}/status`, 'utf8');
    return Math.round(Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024);
  };
  return {
    agent: Math.max(...lab.hosts.map((host) => sizeOf(agentName(host)))),
    worker: sizeOf(processNames.worker),
    api: sizeOf(processNames.api),
  };
}

function summary({ downtimeMs, blackoutMs, totalMs }: Times): string {
  return `${downtimeMs.toFixed(0)} ms down, ${blackoutMs.toFixed(0)} ms black, ${totalMs.toFixed(0)} ms in all`;
}
