import type { DestinationTransferActivities, HostControlActivities, SourceTransferActivities } from '@ferry/contracts';
import type { Instant, PhaseReport } from '@ferry/domain';
import type { AgentServices } from './agent-services.ts';
import { attempted } from './attempted.ts';
import { assign } from './deeds/assign.ts';
import { discard } from './deeds/discard.ts';
import { firstVisit } from './deeds/first-visit.ts';
import { forgetStreamKey } from './deeds/forget-stream-key.ts';
import { gatherEvidence } from './deeds/gather-evidence.ts';
import { listenForProbes } from './deeds/listen-for-probes.ts';
import { probe } from './deeds/probe.ts';
import { secondVisit } from './deeds/second-visit.ts';
import { startVirtualMachine } from './deeds/start-virtual-machine.ts';
import { steer } from './deeds/steer.ts';
import { stopVirtualMachine } from './deeds/stop-virtual-machine.ts';
import { withdraw } from './deeds/withdraw.ts';
import { bringOnline } from './phases/bring-online.ts';
import { createDestination } from './phases/create-destination.ts';
import { inspectDestination } from './phases/inspect-destination.ts';
import { inspectSource } from './phases/inspect-source.ts';
import type { PhaseFunction } from './phases/phase-function.ts';
import { rehearseMemory } from './phases/rehearse-memory.ts';
import { redirectNetwork } from './phases/redirect-network.ts';
import { retireSource } from './phases/retire-source.ts';
import { transferConfiguration } from './phases/transfer-configuration.ts';
import { transferMemory } from './phases/transfer-memory.ts';
import { transferState } from './phases/transfer-state.ts';
import { transferStorage } from './phases/transfer-storage.ts';

/** The agent's phases and deeds as Temporal knows them; the compiler demands each of the contract. */
export function activities(services: AgentServices): {
  transfer: SourceTransferActivities & DestinationTransferActivities;
  control: HostControlActivities;
} {
  const phase =
    <Input, Result, Plan>(
      run: PhaseFunction<Input, Result, Plan>,
    ): ((plan: Plan, input: Input) => Promise<PhaseReport<Result>>) =>
    (plan, input) =>
      attempted(async (attempt, number) => {
        let times: { startedAt: Instant; finishedAt?: Instant } = { startedAt: new Date().toISOString() };
        const deed = (known: Partial<typeof times>) => (times = { ...times, ...known });
        const result = await run(services, plan, input, { ...attempt, deed });
        return { host: services.host, attempts: number, finishedAt: new Date().toISOString(), ...times, result };
      });
  return {
    transfer: {
      createDestination: phase(createDestination),
      transferMemory: phase(transferMemory),
      rehearseMemory: phase(rehearseMemory),
      transferState: phase(transferState),
      transferStorage: phase(transferStorage),
      bringOnline: phase(bringOnline),
      redirectNetwork: phase(redirectNetwork),
      retireSource: phase(retireSource),
    },
    control: {
      inspectSource: phase(inspectSource),
      inspectDestination: phase(inspectDestination),
      listenForProbes: (input) => attempted(() => listenForProbes(services, input)),
      probe: (input) => attempted(() => probe(services, input)),
      firstVisit: (input) => attempted((attempt) => firstVisit(services, input, attempt)),
      secondVisit: (input) => attempted(() => secondVisit(services, input)),
      transferConfiguration: phase(transferConfiguration),
      withdraw: (plan, input) => attempted(() => withdraw(services, plan, input)),
      forgetStreamKey: (plan) => attempted(() => forgetStreamKey(services, plan)),
      steer: (plan, input) => attempted(() => steer(services, plan, input)),
      discardDestination: (plan) => attempted(() => discard(services, plan)),
      gatherEvidence: (plan) => attempted(() => gatherEvidence(services, plan)),
      assign: (plan, input) => attempted(() => assign(services, plan, input)),
      startVirtualMachine: (input) => attempted(() => startVirtualMachine(services, input)),
      stopVirtualMachine: (input) => attempted(() => stopVirtualMachine(services, input)),
    },
  };
}
