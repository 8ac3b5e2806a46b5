import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { FerryError } from '@ferry/domain';

/** The cluster's storage pool: the only place in which a definition's paths can lie. */
export class StoragePool {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
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
      return await realpath(path);
    } catch (cause) {
      throw new FerryError('HYPERVISOR_FAILED', `${path} can't be reached: ${String(cause)}`, { cause });
    }
  }
}
