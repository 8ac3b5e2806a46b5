import type { MigrationNetwork, Whereabouts } from './port.ts';

/** What an agent asks of the program that is on the migration network in its place. */
export interface ProbeDeeds {
  listen: { input: { address: string; probes: number }; answer: Awaited<ReturnType<MigrationNetwork['listen']>> };
  probe: { input: Whereabouts; answer: Awaited<ReturnType<MigrationNetwork['probe']>> };
}

export type ProbeRequest = {
  [Deed in keyof ProbeDeeds]: { id: number; deed: Deed; input: ProbeDeeds[Deed]['input'] };
}[keyof ProbeDeeds];

export type ProbeAnswer = { id: number; answer: unknown } | { id: number; error: string };
