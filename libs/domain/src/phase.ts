/** The phases of a live migration, in their order. Each is one Temporal activity (preflight: one on each side). */
export const PHASES = [
  'preflight',
  'transfer-configuration',
  'create-destination',
  'transfer-memory',
  'transfer-state',
  'transfer-storage',
  'bring-online',
  'redirect-network',
  'retire-source',
] as const;
export type Phase = (typeof PHASES)[number];

export type Side = 'source' | 'destination';

/** The side whose agent does the phase's deed. */
export const SIDE_OF: Record<Phase, Side | 'both'> = {
  preflight: 'both',
  'transfer-configuration': 'source',
  'create-destination': 'destination',
  'transfer-memory': 'source',
  'transfer-state': 'source',
  'transfer-storage': 'destination',
  'bring-online': 'destination',
  'redirect-network': 'destination',
  'retire-source': 'source',
};

/** What a phase does, as a person would say it. */
export const PHASE_TITLE: Record<Phase, string> = {
  preflight: 'Checking both hosts',
  'transfer-configuration': 'Handing over the configuration',
  'create-destination': 'Creating the destination VM',
  'transfer-memory': 'Copying memory',
  'transfer-state': 'Copying the processor and device state',
  'transfer-storage': 'Handing over the storage',
  'bring-online': 'Bringing the guest online',
  'redirect-network': 'Redirecting the network',
  'retire-source': 'Retiring the source',
};

/** From this phase's end on a migration is only ever rolled forward. */
export const PIVOT: Phase = 'transfer-storage';
