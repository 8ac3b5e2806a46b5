import { downtimeAimMs, type Gate, type MigrationPolicy } from '@ferry/domain';
import type { MigrationCapability, MigrationCapabilityStatus, MigrationParametersToSet } from '@ferry/qmp';
import { credentialsId } from './stream-credentials.ts';

const switchedOn = {
  events: true,
  'return-path': true,
  'pause-before-switchover': true,
  'validate-uuid': true,
  // How far it may go is the policy's `throttleLimitPercent`.
  'auto-converge': true,
  // For the ballast alone.
  'dirty-bitmaps': true,
} as const satisfies { [C in MigrationCapability]?: true };

/** What QEMU must have, by its own word, to take part in a migration. */
export const neededCapabilities = [...Object.keys(switchedOn), 'late-block-activate'] as MigrationCapability[];

/**
 * What has to be on at both ends from the start. A destination must not take the image locks before it is told to run;
 * but one that is never told, since its guest is paused, would keep images that QEMU can't hand over a second time.
 */
export function capabilitiesFor(policy: MigrationPolicy, { paused }: { paused: boolean }): MigrationCapabilityStatus[] {
  const on = Object.keys(switchedOn).map((capability) => ({
    capability: capability as keyof typeof switchedOn,
    state: true,
  }));
  return [
    ...on,
    { capability: 'late-block-activate', state: !paused },
    { capability: 'multifd', state: isShared(policy) },
    { capability: 'postcopy-ram', state: policy.postCopy === 'last-resort' },
  ];
}

/** Whether memory goes over connections of its own; only what does can be compressed. */
export function isShared({ channels, compression }: MigrationPolicy): boolean {
  return channels > 1 || compression !== 'none';
}

/**
 * See `Gate`. QEMU counts a byte for each bit of the bitmap: 128 bytes, three times what the trickle sends in a millisecond,
 * and so little that an open gate is not narrower for it.
 */
export const ballast = {
  node: { driver: 'null-co', 'node-name': 'ferry-ballast', size: 64 * 1024 },
  bitmap: { node: 'ferry-ballast', name: 'ballast', granularity: 512 },
} as const;

const { name } = ballast.bitmap;
/** Of all bitmaps none but the ballast's travels. */
const mapping = [{ 'node-name': ballast.bitmap.node, alias: ballast.bitmap.node, bitmaps: [{ name, alias: name }] }];

/**
 * The policy's limits, and the downtime within which it may switch over for now; QEMU's own defaults of 128 MiB/s and
 * 300 ms are no policy.
 */
export function parametersOf(
  policy: MigrationPolicy,
  gate: Gate,
  withinMs = downtimeAimMs(policy.downtimeLimitMs),
): MigrationParametersToSet {
  return {
    'max-bandwidth': policy.bandwidthBytesPerSecond,
    'max-postcopy-bandwidth': policy.bandwidthBytesPerSecond,
    'downtime-limit': gate === 'shut' ? 0 : withinMs,
    ...throttleOf(gate === 'shut' ? leastThrottlePercent : policy.throttleLimitPercent),
  };
}

/** The least that QEMU knows; it lets a throttle that is on already fall to it within some seconds. */
export const leastThrottlePercent = 1;

/** How far QEMU may slow its guest down: step by step, when two passes have each had about as much to send as they sent. */
export function throttleOf(limitPercent: number): MigrationParametersToSet {
  return {
    'cpu-throttle-initial': Math.min(20, limitPercent),
    'cpu-throttle-increment': 10,
    'cpu-throttle-tailslow': false,
    'max-cpu-throttle': limitPercent,
    // A guest that changes half of what is sent, which is QEMU's default, needs no throttle: it converges.
    'throttle-trigger-threshold': 90,
  };
}

/** What has to be set at both ends from the start; parameters of a transfer under way are those above. */
export function firstParametersOf(policy: MigrationPolicy, gate: Gate): MigrationParametersToSet {
  return {
    ...parametersOf(policy, gate),
    'block-bitmap-mapping': mapping,
    'multifd-channels': policy.channels,
    'multifd-compression': policy.compression,
    // Named whether it is there or not: without its key nothing is sent.
    'tls-creds': policy.stream === 'plain-text' ? '' : credentialsId,
  };
}
