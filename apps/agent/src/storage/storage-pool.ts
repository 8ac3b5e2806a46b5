import { randomUUID } from 'node:crypto';
import { mkdir, realpath, rename, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { PoolMark } from '@ferry/contracts';
import { FerryError, type HostId } from '@ferry/domain';
import { readShort } from './read-short.ts';
import { SharedStorage } from './shared-storage.ts';

const mostMarkBytes = 4 * 1024;

/** The cluster's storage pool: the only place in which a definition's paths can lie. */
export class StoragePool {
  readonly #root: string;
  #realRoot: string | null = null;
  readonly #storage: SharedStorage;
  /** A copy of the pool that somebody has made has marks too, and they are of another life. */
  readonly #life = randomUUID();
  #marks = 0;
  #marked: Promise<unknown> = Promise.resolve();
  #nextMark: Promise<PoolMark> | null = null;

  constructor(root: string, storage = new SharedStorage()) {
    this.#root = root;
    this.#storage = storage;
  }

  /**
   * The real path of a file in the pool. Throws `STORAGE_OUTSIDE_POOL` for one that lies, or leads by a link, outside,
   * and `HYPERVISOR_FAILED` for one that is not there.
   */
  async resolve(path: string): Promise<string> {
    return this.#within(join(this.#root, path), path);
  }

  /** Likewise of a file that another in the pool names: from the folder in which that one lies, or from the root. */
  async resolveBeside(folder: string, path: string): Promise<string> {
    return this.#within(resolve(folder, path), path);
  }

  async #within(absolute: string, path: string): Promise<string> {
    const real = await this.#real(absolute);
    // It may be a link, and that be turned: nothing is refused by what it was.
    if (!isWithin(this.#realRoot, real)) this.#realRoot = await this.#real(this.#root);
    if (isWithin(this.#realRoot, real)) return real;
    throw new FerryError('STORAGE_OUTSIDE_POOL', `${path} leads outside the storage pool`);
  }

  /** The inverse: where in the pool a file of this host lies. Throws `STORAGE_OUTSIDE_POOL`, and `HYPERVISOR_FAILED` as above. */
  async pathOf(file: string): Promise<string> {
    const [root, real] = await Promise.all([this.#real(this.#root), this.#real(file)]);
    if (!real.startsWith(root + sep))
      throw new FerryError('STORAGE_OUTSIDE_POOL', `${file} is outside the storage pool`);
    return relative(root, real);
  }

  /**
   * Writes this host's mark to the pool, the newest in the place of the last: one after another, and one for all who ask
   * before it is begun. Throws `HYPERVISOR_FAILED`.
   */
  mark(host: HostId): Promise<PoolMark> {
    this.#nextMark ??= this.#marked.then(() => {
      this.#nextMark = null;
      return this.#mark(host);
    });
    this.#marked = this.#nextMark.catch(() => undefined);
    return this.#nextMark;
  }

  async #mark(host: HostId): Promise<PoolMark> {
    const mark: PoolMark = { host, life: this.#life, count: (this.#marks += 1) };
    const file = this.#markOf(host);
    await this.reach(file, async () => {
      await mkdir(dirname(file), { recursive: true });
      // Whoever reads meanwhile reads the last one whole.
      const draft = `${file}.${mark.count}`;
      await writeFile(draft, JSON.stringify(mark));
      await rename(draft, file);
    });
    return mark;
  }

  /** Whether the pool has what the other host has just written to its own, or newer: then both are the same. */
  async has({ host, life, count }: PoolMark): Promise<boolean> {
    const file = this.#markOf(host);
    return this.reach(file, async () => {
      const text = await readShort(file, mostMarkBytes).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw error;
      });
      const found = text === null ? null : (JSON.parse(text) as PoolMark);
      return found?.life === life && found.count >= count;
    });
  }

  #markOf(host: HostId): string {
    return join(this.#root, '.ferry-marks', host);
  }

  #real(path: string): Promise<string> {
    return this.reach(path, () => realpath(path));
  }

  /** A call to a file of the pool, which may hang. Throws `HYPERVISOR_FAILED`, or the call's own `FerryError`. */
  async reach<T>(path: string, call: () => Promise<T>): Promise<T> {
    try {
      return await this.#storage.reach(call);
    } catch (cause) {
      if (cause instanceof FerryError) throw cause;
      throw new FerryError('HYPERVISOR_FAILED', `${path} can't be reached: ${String(cause)}`, { cause });
    }
  }
}

function isWithin(root: string | null, file: string): boolean {
  return root !== null && file.startsWith(root + sep);
}
