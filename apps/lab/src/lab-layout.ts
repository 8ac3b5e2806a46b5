import type { HostId } from '@ferry/domain';
import { join } from 'node:path';

/** The folder of the whole repository. */
export const checkout = join(import.meta.dirname, '../../..');

/** Everything of ours on this machine. */
export const ferryFolder = join(checkout, '.ferry');
/** Provisioned parts, kept from run to run. */
export const cacheFolder = join(ferryFolder, 'cache');

/** The lab that `npm run lab` keeps up. */
export const playground = 'lab';

/** The folder of the lab of that name. */
export function labFolder(name: string): string {
  return join(ferryFolder, 'labs', name);
}

/** What lies where in a lab's folder. */
export class LabLayout {
  readonly root: string;
  /** Shared by all hosts: images, and the guest's kernel, initrd and warm state. */
  readonly storagePool: string;
  /** Shared by all hosts: the handles. */
  readonly witness: string;
  /** Of the SAN, where the lab has one. */
  readonly san: string;
  readonly hosts: string;
  readonly temporal: string;
  readonly postgres: string;
  readonly logs: string;
  readonly state: string;

  constructor(root: string) {
    this.root = root;
    this.storagePool = join(root, 'storage');
    this.witness = join(root, 'witness');
    this.san = join(root, 'san');
    this.hosts = join(root, 'hosts');
    this.temporal = join(root, 'temporal');
    this.postgres = join(root, 'postgres');
    this.logs = join(root, 'logs');
    this.state = join(root, 'lab.json');
  }

  runDirectory(host: HostId): string {
    return join(this.hosts, host);
  }

  /** What makes a host a member of its cluster. */
  credential(host: HostId): string {
    return join(this.root, 'credentials', host);
  }

  /** What a host of another kind is made of. */
  standIns(host: HostId): string {
    return join(this.root, 'stand-ins', host);
  }

  /** The image of a guest, relative to the storage pool. */
  image(guest: string): string {
    return join('disks', `${guest}.raw`);
  }
}
