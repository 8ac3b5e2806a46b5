import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, realpath, rename, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { PoolMark } from '@ferry/contracts';
import { FerryError, type HostId } from '@ferry/domain';
import { readShort } from './read-short.ts';
import { SharedStorage } from './shared-storage.ts';

const mostMarkBytes = 4 * 1024;

/** The cluster's storage pool: the only place in which a definition's paths can lie. */
export class StoragePool {
  readonly #root: string;
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
    return (await this.#within(join(this.#root, path), `${path} leads outside`)).real;
  }

  /** Opens a file in the pool for reading. Throws as `resolve` does, and `HYPERVISOR_FAILED` for one that is no file. */
  async open(path: string): Promise<FileHandle> {
    const real = await this.resolve(path);
    // Opening a pipe would wait for whoever writes to it.
    const file = await this.reach(path, () => open(real, constants.O_RDONLY | constants.O_NONBLOCK));
    try {
      if (!(await this.reach(path, () => file.stat())).isFile())
        throw new FerryError('HYPERVISOR_FAILED', `${path} is no file`);
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Likewise of a file that another in the pool names: from the folder in which that one lies, or from the root. */
  async resolveBeside(folder: string, path: string): Promise<string> {
    return (await this.#within(resolve(folder, path), `${path} leads outside`)).real;
  }

  /** Both are looked up each time: the root may be a link, and that be turned. */
  async #within(absolute: string, otherwise: string): Promise<{ root: string; real: string }> {
    const [root, real] = await Promise.all([this.#real(this.#root), this.#real(absolute)]);
    if (real.startsWith(root + sep)) return { root, real };
    throw new FerryError('STORAGE_OUTSIDE_POOL', `${otherwise} the storage pool`);
  }

  /** The inverse: where in the pool a file of this host lies. Throws `STORAGE_OUTSIDE_POOL`, and `HYPERVISOR_FAILED` as above. */
  async pathOf(file: string): Promise<string> {
    const { root, real } = await this.#within(file, `${file} is outside`);
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
    // Who has asked for it hears that it failed; the next one is written all the same.
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
      const text = await readShort(file, mostMarkBytes, this.#storage).catch((error: unknown) => {
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
