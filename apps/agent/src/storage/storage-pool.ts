import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { FerryError } from '@ferry/domain';
import { SharedStorage } from './shared-storage.ts';

/** The cluster's storage pool: the only place in which a definition's paths can lie. */
export class StoragePool {
  readonly #root: string;
  readonly #storage: SharedStorage;

  constructor(root: string, storage = new SharedStorage()) {
    this.#root = root;
    this.#storage = storage;
  }

  /**
   * The real path of a file in the pool. Throws `STORAGE_OUTSIDE_POOL` for one that lies, or leads by a link, outside,
   * and `HYPERVISOR_FAILED` for one that is not there.
   */
  async resolve(path: string): Promise<string> {
    const root = await this.#real(this.#root);
    const real = await this.#real(join(root, path));
    if (!real.startsWith(root + sep)) {
      throw new FerryError('STORAGE_OUTSIDE_POOL', `${path} leads outside the storage pool`);
    }
    return real;
  }

  async #real(path: string): Promise<string> {
    try {
      return await this.#storage.reach(() => realpath(path));
    } catch (cause) {
      throw new FerryError('HYPERVISOR_FAILED', `${path} can't be reached: ${String(cause)}`, { cause });
    }
  }
}
