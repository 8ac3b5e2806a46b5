import type { VmId } from '@ferry/domain';
import { until } from '../until.ts';
import type { Lab } from '../lab.ts';
import { median, p95 } from './statistics.ts';

/** How long something takes that was asked for again and again, in ms. */
export interface AskedTimes {
  asked: number;
  medianMs: number;
  p95Ms: number;
}

const GUEST = 'bench-asked';
/** Of a fleet so many are started at once. */
const SIDE_BY_SIDE = 2;

/**
 * Asks again and again where one VM could go, of all hosts of the lab but its own.
 * @throws when it could not go to one of them
 */
export async function benchPreflight(lab: Lab, times: number, say: (line: string) => void): Promise<AskedTimes> {
  const [home = ''] = lab.hosts;
  await lab.createGuest(GUEST, { host: home });
  // The first waits until the guest is measured, which an agent does once in a while and not for whoever asks.
  await lab.client.preflight(GUEST, { destinations: null });
  return ask(times, say, async () => {
    const { destinations } = await lab.client.preflight(GUEST, { destinations: null });
    const refused = destinations.filter(({ possible }) => !possible);
    if (refused.length > 0) throw new Error(`${GUEST} could not go to ${JSON.stringify(refused)}`);
    return `against ${destinations.length} hosts`;
  });
}

/**
 * Starts so many VMs, evenly on all hosts of the lab, and asks again and again of all of them where they could go.
 * @throws when one of them is told that it could not go somewhere
 */
export async function benchFleet(
  lab: Lab,
  { machines, times }: { machines: number; times: number },
  say: (line: string) => void,
): Promise<AskedTimes> {
  const names: VmId[] = Array.from({ length: machines }, (_, at) => `bench-${at + 1}`);
  const waiting = names.entries();
  const start = async () => {
    for (const [at, name] of waiting) {
      // What it does is no matter here, and two hundred that count would be the machine's whole work.
      await lab.createGuest(name, { host: lab.hosts[at % lab.hosts.length] ?? '', blank: true });
      if ((at + 1) % 50 === 0) say(`${at + 1} of ${machines} virtual machines run`);
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, start));
  const fleet = () => lab.client.preflightAll({ destinations: null });
  const all = ({ virtualMachines }: Awaited<ReturnType<typeof fleet>>) => virtualMachines.length === machines;
  await until('the API knows all of them', fleet, all);
  return ask(times, say, async () => {
    const { virtualMachines } = await fleet();
    // Nothing is in the way of any here: what is found is not true.
    const wrong = virtualMachines.flatMap(({ vm, destinations }) =>
      destinations.flatMap(({ possible, ...there }) => (possible ? [] : [{ vm, ...there }])),
    );
    const [first] = wrong;
    if (first !== undefined)
      throw new Error(`${wrong.length} answers are wrong, such as ${JSON.stringify(first).slice(0, 500)}`);
    return `${virtualMachines.length} virtual machines against ${lab.hosts.length} hosts`;
  });
}

async function ask(times: number, say: (line: string) => void, once: () => Promise<string>): Promise<AskedTimes> {
  const took: number[] = [];
  for (let asked = 1; asked <= times; asked += 1) {
    const begunAt = performance.now();
    const what = await once();
    took.push(performance.now() - begunAt);
    say(`${asked} of ${times}: ${what} in ${Math.round(took.at(-1) ?? 0)} ms`);
  }
  return { asked: times, medianMs: Math.round(median(took)), p95Ms: Math.round(p95(took)) };
}
