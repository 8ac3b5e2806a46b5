import { mkdirSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FerryError, type MigrationId, type MigrationPlan, type VmId } from '@ferry/domain';
import type { ClusterSecret } from '../witness/cluster-secret.ts';
import { StreamKey } from './stream-key.ts';

/** A migration for which this host, as its source, keeps a key. */
export interface KeptKey {
  vm: VmId;
  migration: MigrationId;
}

/**
 * The keys of the streams of this host's migrations. What only the source has to keep, from its offer until its transfer
 * begins, lies in a file that nobody else can read; the destination needs its own key for one moment only.
 */
export class StreamKeys {
  readonly #folder: string;
  readonly #cluster: ClusterSecret;

  constructor(runDirectory: string, cluster: ClusterSecret) {
    // The dot keeps it apart from the folders of VMs.
    this.#folder = join(runDirectory, '.stream-keys');
    this.#cluster = cluster;
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
  }

  /** The source's key, made if there is none yet; older ones of the VM go. The caller holds the VM's mutex. */
  async offer({ vm, migration }: MigrationPlan): Promise<string> {
    const kept = await this.#read({ vm, migration });
    if (kept) return kept.public;
    for (const other of await this.kept()) if (other.vm === vm) await this.forget(other);
    const key = StreamKey.make();
    await writeFile(this.#fileOf({ vm, migration }), key.toText(), { mode: 0o600 });
    return key.public;
  }

  /** The destination's key, a new one each time, and the secret it has in common with the source's. */
  async answer(plan: MigrationPlan, sourceKey: string): Promise<{ key: string; secret: string }> {
    const key = StreamKey.make();
    return { key: key.public, secret: key.secretWith(sourceKey, plan, await this.#cluster.read()) };
  }

  /** The secret of the source that made the offer. Throws `STREAM_KEY_MISSING` where its key is gone. */
  async agree(plan: MigrationPlan, destinationKey: string): Promise<string> {
    const key = await this.#read(plan);
    if (!key) throw new FerryError('STREAM_KEY_MISSING', 'the source’s key of this migration is gone');
    return key.secretWith(destinationKey, plan, await this.#cluster.read());
  }

  forget(kept: KeptKey): Promise<void> {
    return rm(this.#fileOf(kept), { force: true });
  }

  /** All that are kept. */
  async kept(): Promise<KeptKey[]> {
    return (await readdir(this.#folder)).map((name) => {
      const [vm = '', migration = ''] = name.split('.');
      return { vm, migration };
    });
  }

  async #read(kept: KeptKey): Promise<StreamKey | null> {
    const text = await readFile(this.#fileOf(kept), 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw error;
    });
    try {
      return StreamKey.parse(text);
    } catch {
      // Not there, or cut off by the death of the agent that wrote it.
      return null;
    }
  }

  #fileOf({ vm, migration }: KeptKey): string {
    return join(this.#folder, `${vm}.${migration}`);
  }
}
