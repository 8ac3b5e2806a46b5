import type { Arrival } from '@ferry/contracts';
import type { Finding } from '@ferry/domain';
import type { AgentServices, Attempt } from '../agent-services.ts';
import { inspectDestination } from '../phases/inspect-destination.ts';

/** Preflight at the destination of each of these VMs. */
export function inspectDestinations(
  services: AgentServices,
  { arrivals }: { arrivals: Arrival[] },
  attempt: Attempt,
): Promise<Finding[][]> {
  return Promise.all(
    arrivals.map(async (arrival) => {
      const vm = arrival.configuration.definition.id;
      return (await inspectDestination(services, { vm }, arrival, attempt)).findings;
    }),
  );
}
