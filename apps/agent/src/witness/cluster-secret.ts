import { randomBytes, randomUUID } from 'node:crypto';
import { link, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FerryError } from '@ferry/domain';
import { SharedStorage } from '../storage/shared-storage.ts';

const secretBytes = 32;

/**
 * What every host of the cluster knows and nobody else: 32 random bytes on the witness, made by whoever needs them first.
 * By it two agents know each other's keys though they come over the control plane.
 */
export class ClusterSecret {
  readonly #witness: string;
  readonly #file: string;
  readonly #storage: SharedStorage;
  #known: Promise<Buffer> | null = null;

  constructor(witness: string, storage = new SharedStorage()) {
    this.#witness = witness;
    this.#storage = storage;
    this.#file = join(witness, '.stream-secret');
  }

  /** Read once and kept. Throws `WITNESS_UNREACHABLE`. */
  read(): Promise<Buffer> {
    this.#known ??= this.#storage
      .reach(() => this.#readOrMake())
      .catch((cause: unknown) => {
        this.#known = null;
        throw new FerryError('WITNESS_UNREACHABLE', cause instanceof Error ? cause.message : String(cause), { cause });
      });
    return this.#known;
  }

  async #readOrMake(): Promise<Buffer> {
    const secret = await this.#readFile();
    if (secret !== null) return secret;
    // Who moves a VM has a handle there; without one that is not the witness, only the place where it should be.
    await stat(join(this.#witness, 'handle'));
    const draft = `${this.#file}.${randomUUID()}`;
    await writeFile(draft, randomBytes(secretBytes).toString('hex'), { mode: 0o600, flush: true });
    try {
      await link(draft, this.#file);
    } catch (error) {
      // Another host was first.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      await unlink(draft);
    }
    return this.#readOrMake();
  }

  async #readFile(): Promise<Buffer | null> {
    try {
      const secret = Buffer.from(await readFile(this.#file, 'utf8'), 'hex');
      if (secret.length === secretBytes) return secret;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
    throw new Error(`${this.#file} is damaged: remove it while nothing migrates`);
  }
}
