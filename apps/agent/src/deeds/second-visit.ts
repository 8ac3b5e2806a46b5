import type { Arrival, Compared, ProbeTarget } from '@ferry/contracts';
import type { AgentServices } from '../agent-services.ts';
import { inspectArrival } from '../phases/inspect-destination.ts';
import { Surroundings } from '../phases/surroundings.ts';
import { fewAtATime } from './few-at-a-time.ts';
import { probe } from './probe.ts';

/** Preflight at the destination of each of these VMs, and of the ways from here. */
export async function secondVisit(
  services: AgentServices,
  { arrivals, targets }: { arrivals: Arrival[]; targets: ProbeTarget[] },
): Promise<Compared> {
  const surroundings = new Surroundings(services);
  const inspect = (arrival: Arrival) =>
    inspectArrival(services, surroundings, { vm: arrival.configuration.definition.id }, arrival);
  const [ofArrivals, ofTargets] = await Promise.all([fewAtATime(arrivals, inspect), probe(services, { targets })]);
  return { arrivals: ofArrivals, targets: ofTargets };
}
