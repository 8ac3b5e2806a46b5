import type { VirtualMachineConfiguration } from '@ferry/domain';
import type { PhaseFunction } from './phase-function.ts';

/** Reads the configuration from the running VM. */
export const transferConfiguration: PhaseFunction<object, { configuration: VirtualMachineConfiguration }> = async (
  { hypervisor },
  plan,
) => ({ configuration: await hypervisor.source.describe(plan.vm) });
