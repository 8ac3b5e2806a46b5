import type { Arrival, Compared, ProbeTarget } from '@ferry/contracts';
import pLimit from 'p-limit';
import type { AgentServices } from '../agent-services.ts';
import { inspectArrival } from '../phases/inspect-destination.ts';
import { Surroundings } from '../phases/surroundings.ts';
import { probe } from './probe.ts';

/** All of them reach for storage that hosts share, where each call waits for its turn, and not for ever. */
const AT_A_TIME = 4;

/** Preflight at the destination of each of these VMs, and of the ways from here. */
export async function secondVisit(
  services: AgentServices,
  { arrivals, targets }: { arrivals: Arrival[]; targets: ProbeTarget[] },
): Promise<Compared> {
  const few = pLimit(AT_A_TIME);
  const surroundings = new Surroundings(services);
  const inspect = (arrival: Arrival) =>
    inspectArrival(services, surroundings, { vm: arrival.configuration.definition.id }, arrival);
  const [ofArrivals, ofTargets] = await Promise.all([
    Promise.all(arrivals.map((arrival) => few(() => inspect(arrival)))),
    probe(services, { targets }),
  ]);
  return { arrivals: ofArrivals, targets: ofTargets };
}
