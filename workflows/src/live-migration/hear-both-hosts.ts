import type { MigrationPlan, Testimony } from '@ferry/domain';
import { failureOf } from '../failure.ts';
import { controlIfThere } from '../hosts.ts';

/** Asks both hosts what they know. One that does not answer soon is said to be silent: it holds nobody up. */
export function hearBothHosts(plan: MigrationPlan): Promise<Testimony[]> {
  return Promise.all([plan.source, plan.destination].map((host) => hear(host, plan)));
}

async function hear(host: string, plan: MigrationPlan): Promise<Testimony> {
  try {
    return { host, evidence: await controlIfThere(host, 'Gathering evidence').gatherEvidence(plan) };
  } catch (error) {
    return { host, silence: failureOf(error).detail };
  }
}
