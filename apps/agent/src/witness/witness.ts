import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, stat, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { FerryError, maySucceed, type HandleClaim, type HandleRecord, type HostId, type VmId } from '@ferry/domain';
import { FolderHint } from './folder-hint.ts';

export type Swap = 'won' | 'lost';

/** A claim that lies on the witness already, synced, and lacks nothing but its name. */
export interface PreparedClaim {
  readonly record: HandleRecord;
  /** The swap. `durable`: returns only when it would survive a loss of power. Throws `WITNESS_UNREACHABLE` in doubt. */
  commit(options: { durable: boolean }): Promise<Swap>;
  /** Removes what was prepared and not used. */
  discard(): Promise<void>;
}

/** A record on the witness is asked for this often while the guest's CPUs stand still, and only then. */
const blackoutPollMs = 1;
const largestRecordBytes = 16 * 1024;

/**
 * The storage handles of a cluster: `handle/<vm>/<generation>.json` in a folder that all hosts share.
 * Whoever makes the next generation by link(2) has won; nothing is ever overwritten.
 */
export class Witness {
  readonly #folder: string;
  readonly #host: HostId;
  /** The latest record seen of each VM. Records never change, so looking begins there. */
  readonly #latest = new Map<VmId, HandleRecord>();

  constructor(folder: string, host: HostId) {
    this.#folder = folder;
    this.#host = host;
  }

  /** The VM's latest record, `null` without one. Throws `WITNESS_UNREACHABLE`. */
  async read(vm: VmId): Promise<HandleRecord | null> {
    return this.#reaching(async () => {
      let record = this.#latest.get(vm) ?? (await this.#readNewest(vm));
      for (;;) {
        const [next] = await Promise.all([
          this.#readGeneration(vm, (record?.generation ?? 0) + 1),
          // Gone, though it was seen: that is another folder than the one it was read from, so nothing is known.
          record && stat(this.#fileOf(vm, record.generation)),
        ]);
        if (next === null) return record;
        record = next;
      }
    });
  }

  /** The latest record that this host has seen or made; others may have followed it. */
  latest(vm: VmId): HandleRecord | null {
    return this.#latest.get(vm) ?? null;
  }

  /** Waits until the VM has a record beyond `generation`, looking every `everyMs`. Rejects with the signal's reason. */
  async next(vm: VmId, generation: number, signal: AbortSignal, everyMs = blackoutPollMs): Promise<HandleRecord> {
    const hint = new FolderHint(this.#folderOf(vm));
    try {
      for (;;) {
        signal.throwIfAborted();
        const record = await this.#reaching(() => this.#readGeneration(vm, generation + 1));
        if (record !== null) return record;
        // Another host writes it, and a shared file system tells nobody: it has to be asked.
        await hint.pause(everyMs);
      }
    } finally {
      hint.close();
    }
  }

  /** Appends the claim as the successor of `expected`. `lost`: another host was first; read again. */
  async append(vm: VmId, expected: HandleRecord | null, claim: HandleClaim): Promise<Swap> {
    if (!maySucceed(expected, claim)) {
      throw new Error(`${claim.kind} may not follow ${expected?.kind ?? 'nothing'}`);
    }
    const prepared = await this.prepare(vm, (expected?.generation ?? 0) + 1, claim);
    try {
      return await prepared.commit({ durable: true });
    } finally {
      await prepared.discard();
    }
  }

  /** Writes and syncs a claim ahead of time, so that the swap itself is one link(2). */
  async prepare(vm: VmId, generation: number, claim: HandleClaim): Promise<PreparedClaim> {
    const record: HandleRecord = { ...claim, vm, generation, at: new Date().toISOString(), writer: this.#host };
    const folder = this.#folderOf(vm);
    const draft = join(folder, `.${this.#host}.${randomUUID()}`);
    const opened = await this.#reaching(async () => {
      // Each by itself: a witness that has just gone away must not be made anew, empty, in its place.
      await makeFolder(join(this.#folder, 'handle'));
      await makeFolder(folder);
      await writeSynced(draft, `${JSON.stringify(record)}\n`);
      return open(folder, 'r');
    });
    return {
      record,
      commit: ({ durable }) => this.#reaching(() => this.#commit(draft, record, durable ? opened : null)),
      discard: async () => {
        // A draft that stays behind says nothing: only a name makes it a record.
        await Promise.all([unlink(draft), opened.close()]).catch(() => undefined);
      },
    };
  }

  /** Removes drafts that an agent of this host left behind when it died. */
  async sweep(vm: VmId): Promise<void> {
    const folder = this.#folderOf(vm);
    const names = await readdir(folder).catch(() => []);
    const drafts = names.filter((name) => name.startsWith(`.${this.#host}.`));
    await Promise.all(drafts.map((name) => unlink(join(folder, name)).catch(() => undefined)));
  }

  async #commit(draft: string, record: HandleRecord, folder: FileHandle | null): Promise<Swap> {
    try {
      await link(draft, this.#fileOf(record.vm, record.generation));
    } catch (error) {
      // On NFS an answer can be lost: the link count tells who won.
      const links = await stat(draft).then(({ nlink }) => nlink);
      if (links !== 2) {
        if (codeOf(error) === 'EEXIST') return 'lost';
        throw error;
      }
    }
    this.#remember(record);
    await folder?.sync();
    return 'won';
  }

  async #readNewest(vm: VmId): Promise<HandleRecord | null> {
    await stat(this.#folder);
    const names = await readdir(this.#folderOf(vm)).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return [];
      throw error;
    });
    const generations = names.flatMap((name) => (/^[1-9]\d*\.json$/.test(name) ? [Number.parseInt(name)] : []));
    return generations.length === 0 ? null : this.#readGeneration(vm, Math.max(...generations));
  }

  async #readGeneration(vm: VmId, generation: number): Promise<HandleRecord | null> {
    let file: FileHandle;
    try {
      file = await open(this.#fileOf(vm, generation), 'r');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    }
    // Each step is a way to a thread and back, and a guest may be waiting: as few as can be.
    const { buffer, bytesRead } = await file
      .read(Buffer.alloc(largestRecordBytes), 0, largestRecordBytes, 0)
      .finally(() => void file.close());
    return this.#remember(JSON.parse(buffer.toString('utf8', 0, bytesRead)) as HandleRecord);
  }

  #remember(record: HandleRecord): HandleRecord {
    if (record.generation > (this.#latest.get(record.vm)?.generation ?? 0)) this.#latest.set(record.vm, record);
    return record;
  }

  async #reaching<T>(deed: () => Promise<T>): Promise<T> {
    try {
      return await deed();
    } catch (cause) {
      if (cause instanceof FerryError) throw cause;
      const detail = cause instanceof Error ? cause.message : String(cause);
      throw new FerryError('WITNESS_UNREACHABLE', detail, { cause });
    }
  }

  #folderOf(vm: VmId): string {
    return join(this.#folder, 'handle', vm);
  }

  #fileOf(vm: VmId, generation: number): string {
    return join(this.#folderOf(vm), `${generation}.json`);
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
