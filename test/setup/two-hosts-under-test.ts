import { onTestFinished } from 'vitest';
import { HYPERVISORS, twoHosts, type TwoHosts } from '../../apps/agent/src/testing/two-hosts.ts';

/** Two hosts' agents without a control plane, on a hypervisor; gone when the test is. */
export async function twoHostsUnderTest(hypervisor: keyof typeof HYPERVISORS): Promise<TwoHosts> {
  const hosts = await twoHosts(HYPERVISORS[hypervisor]);
  onTestFinished(() => hosts.close());
  return hosts;
}

/** Nobody in particular waits for what is begun with it. */
export const unwatched: { signal: AbortSignal } = { signal: new AbortController().signal };
