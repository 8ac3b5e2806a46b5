import type { MigrationPolicy } from '@ferry/domain';
import type { MigrationCapability, MigrationCapabilityStatus, MigrationParametersToSet } from '@ferry/qmp';

const switchedOn = {
  events: true,
  'return-path': true,
  'pause-before-switchover': true,
  // The destination must not take the image locks before it is told to run.
  'late-block-activate': true,
  'validate-uuid': true,
} as const satisfies { [C in MigrationCapability]?: true };

/** What has to be on at both ends from the start. */
export const CAPABILITIES: MigrationCapabilityStatus[] = Object.keys(switchedOn).map((capability) => ({
  capability: capability as keyof typeof switchedOn,
  state: true,
}));

/** The policy's limits; QEMU's own defaults of 128 MiB/s and 300 ms are no policy. */
export function parametersOf(policy: MigrationPolicy): MigrationParametersToSet {
  return { 'max-bandwidth': policy.bandwidthBytesPerSecond, 'downtime-limit': policy.downtimeLimitMs };
}
