import type { HostId, MigrationId, VmId, VmStatus, VolumeIdentity } from '@ferry/domain';
import type { Page, PageRequest } from '../cursor.ts';
import type { Sighting } from './place-virtual-machine.ts';
import type { VirtualMachineRow } from './virtual-machine-schema.ts';

export interface VirtualMachineRecord extends VirtualMachineRow {
  /** The migration under way, if there is one. */
  migration: MigrationId | null;
}

export type VirtualMachineListRequest = PageRequest & { host?: HostId | undefined; status?: VmStatus | undefined };

/** VMs, as the agents report them. */
export interface VirtualMachineStore {
  /** Notes what a start or a stop led to, so that it is known before the host's next report. */
  observe(sighting: Sighting): Promise<void>;
  find(id: VmId): Promise<VirtualMachineRecord | null>;
  /** By id. */
  list(request: VirtualMachineListRequest): Promise<Page<VirtualMachineRecord>>;
  /** Those with a disk on this volume, whatever they do. */
  usersOf(volume: VolumeIdentity): Promise<VirtualMachineRecord[]>;
}
