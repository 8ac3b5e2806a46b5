import type { HostKinds } from './host-kind.ts';
import type { LabStorage } from './lab-storage.ts';
import type { Say } from './provision/progress.ts';

export interface LabOptions {
  /** The lab's own folder. What an earlier run left there is taken down and removed first. */
  readonly directory: string;
  /** How many hosts; 3 unless told. They are named host-a, host-b, … */
  readonly hosts?: number;
  /** Hosts that are of another kind than the rest. */
  readonly kinds?: HostKinds;
  /** No namespaces, and a stand-in for QEMU. */
  readonly simulated?: boolean;
  /** What guests' disks lie on; `files` unless told. */
  readonly storage?: LabStorage;
  /** The API listens on it if it is free, and else on any other. */
  readonly apiPort?: number;
  /** What the lab's processes are given of this one's environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Who asks the API, for the audit history; `lab` unless told. */
  readonly actor?: string;
  /** Ends the start early, with the signal's reason. */
  readonly signal?: AbortSignal;
  readonly onProgress?: Say;
}

/** Another process is in charge of the lab. */
export class LabInUse extends Error {
  override readonly name = 'LabInUse';
}
