import type { MigrationPolicy } from '@ferry/domain';
import type { MigrationCapability, MigrationCapabilityStatus, MigrationParametersToSet } from '@ferry/qmp';

const switchedOn = {
  events: true,
  'return-path': true,
  'pause-before-switchover': true,
  'validate-uuid': true,
} as const satisfies { [C in MigrationCapability]?: true };

/**
 * What has to be on at both ends from the start. A destination must not take the image locks before it is told to run;
 * but one that is never told, since its guest is paused, would keep images that QEMU can't hand over a second time.
 */
export function capabilitiesFor({ paused }: { paused: boolean }): MigrationCapabilityStatus[] {
  const on = Object.keys(switchedOn).map((capability) => ({
    capability: capability as keyof typeof switchedOn,
    state: true,
  }));
  return [...on, { capability: 'late-block-activate', state: !paused }];
}

/** The policy's limits; QEMU's own defaults of 128 MiB/s and 300 ms are no policy. */
export function parametersOf(policy: MigrationPolicy): MigrationParametersToSet {
  return { 'max-bandwidth': policy.bandwidthBytesPerSecond, 'downtime-limit': policy.downtimeLimitMs };
}
