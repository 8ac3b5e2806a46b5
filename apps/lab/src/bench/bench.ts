import type { MigrationPolicy } from '@ferry/domain';
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
import { bareMigration, type BareTimes, type Times } from './bare-migration.ts';
import { ferryMigration, type FerryTimes } from './ferry-migration.ts';
import { median, p95, ratioOfMedians, type Ratio } from './statistics.ts';
import { Turns } from './turns.ts';

/** What `npm run bench -- --json` prints. */
export interface BenchResult {
  pairs: number;
  downtimeRatio: number;
  blackoutRatio: number;
  /** Between which two values nine of ten such ratios would lie: what the numbers of pairs are worth. */
  within: Record<'downtimeRatio' | 'blackoutRatio', [number, number]>;
  controlPlaneMs: number;
  toRunningMs: number;
  rssMiB: { agent: number; worker: number; api: number };
  /** What the ratios and medians are made of, as median and 95th percentile. */
  measured: Record<'bare' | 'ferry', Record<string, { median: number; p95: number }>>;
}

/** Enough that several rounds are needed. */
const DIRTY = { mibPerSecond: 60, workingSetMib: 24 };
const BARE_NUMBER = 100;
const [home, away] = ['host-a', 'host-b'] as const;
const [GUEST, BARE] = ['bench-ferry', 'bench-bare'] as const;

/**
 * Moves two equal guests back and forth, in turns: one through Ferry, one by a bare script. Only ratios of the two mean
 * anything, since both meet the same machine at the same time.
 * @throws when a move fails, or a guest did not survive one
 */
export async function bench(
  lab: Lab,
  pairs: number,
  policy: MigrationPolicy,
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

  const [bareTimes, ferryTimes]: [BareTimes[], FerryTimes[]] = [[], []];
  for (let pair = 1; pair <= pairs; pair += 1) {
    const to = pair % 2 === 1 ? away : home;
    const byScript = async () => {
      await turns.take(BARE);
      const begunAtMs = Date.now();
      const next = await BareQemu.start(bare, network.hostNamespace(to), String(pair), 'destination');
      const address = migrationAddress(lab.hosts.indexOf(to) + 1, false);
      const { runningAtMs, ...times } = await bareMigration(running, next, address, policy);
      await running.quit();
      const controlPlaneMs = Date.now() - begunAtMs - times.totalMs;
      bareTimes.push({ ...times, controlPlaneMs, toRunningMs: runningAtMs - begunAtMs });
      running = next;
    };
    const byFerry = async () => {
      await turns.take(GUEST);
      ferryTimes.push(await ferryMigration(lab.client, GUEST, to, policy));
    };
    for (const move of pair % 2 === 1 ? [byScript, byFerry] : [byFerry, byScript]) await move();
    say(`pair ${pair} of ${pairs}: bare ${summary(bareTimes.at(-1))} · Ferry ${summary(ferryTimes.at(-1))}`);
  }
  const rssMiB = residentSizes(lab);
  await running.quit();
  for (const guest of [BARE, GUEST]) {
    const { whole, problems } = await readCounter(lab.disks.file(guest), lab.disks.formatOf(guest));
    if (!whole) throw new Error(`A guest did not survive: ${problems.join('; ')}`);
  }
  return { ...compare(bareTimes, ferryTimes), rssMiB };
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

function compare(bare: BareTimes[], ferry: FerryTimes[]): Omit<BenchResult, 'rssMiB'> {
  const of = <K extends string>(times: Record<K, number>[], key: K) => median(times.map((each) => each[key]));
  const ratio = (key: 'downtimeMs' | 'blackoutMs') =>
    ratioOfMedians(ferry.map((times, index) => [times[key], bare[index]?.[key] ?? Number.NaN]));
  const [downtime, blackout] = [ratio('downtimeMs'), ratio('blackoutMs')];
  const spread = (times: object[]) =>
    Object.fromEntries(
      Object.keys(times[0] ?? {}).map((key) => {
        const values = times.map((each) => (each as Record<string, number>)[key] ?? Number.NaN);
        return [key, { median: round(median(values)), p95: round(p95(values)) }];
      }),
    );
  return {
    pairs: ferry.length,
    downtimeRatio: round(downtime.ratio),
    blackoutRatio: round(blackout.ratio),
    within: { downtimeRatio: bounds(downtime), blackoutRatio: bounds(blackout) },
    controlPlaneMs: round(of(ferry, 'controlPlaneMs')),
    toRunningMs: round(of(ferry, 'toRunningMs')),
    measured: { bare: spread(bare), ferry: spread(ferry) },
  };
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

function summary(times: Times | undefined): string {
  return times === undefined
    ? ''
    : `${times.downtimeMs.toFixed(0)} ms down, ${times.blackoutMs.toFixed(0)} ms black, ${times.totalMs.toFixed(0)} ms in all`;
}

function bounds({ low, high }: Ratio): [number, number] {
  return [round(low), round(high)];
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
