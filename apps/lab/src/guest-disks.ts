import type { DiskDefinition, VmId } from '@ferry/domain';
import type { Personality } from './guest/disk.ts';

export interface DiskContent {
  readonly bytes: number;
  readonly personality: Personality;
}

/** Where guests' disks are made, and looked into while the guests run. */
export interface GuestDisks {
  /** Makes a guest's disk; answers how a definition names it. */
  create(guest: VmId, content: DiskContent): Promise<DiskDefinition>;
  /** The file that holds what the guest has written. */
  file(guest: VmId): string;
}
