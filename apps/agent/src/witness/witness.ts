import { randomUUID } from 'node:crypto';
import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { FerryError, maySucceed, type HandleClaim, type HandleRecord, type HostId, type VmId } from '@ferry/domain';
import { readShort } from '../storage/read-short.ts';
import { SharedStorage } from '../storage/shared-storage.ts';
import { Draft, type Swap } from './draft.ts';
import { FolderHint } from './folder-hint.ts';

/** A claim that is written already, so that its swap takes the guest no time. */
export interface PreparedClaim {
  readonly record: HandleRecord;
  /** The swap. `durable`: returns only when it would survive a loss of power. Throws `WITNESS_UNREACHABLE` in doubt. */
  commit(options: { durable: boolean }): Promise<Swap>;
  /** Removes what was prepared and not used. */
  discard(): Promise<void>;
}

/** A swap of this host's that failed, or was not answered: it may have been done, or be done yet. */
interface Doubt {
  readonly draft: string;
  underWay: boolean;
}

/** A record on the witness is asked for this often while the guest's CPUs stand still, and only then. */
const blackoutPollMs = 1;
const largestRecordBytes = 16 * 1024;
/** In the witness's folder; no agent makes it. */
const HANDLES = 'handle';
/** Answers that say that a change was not made, and will not be. */
const refusals = ['EROFS', 'EACCES', 'EPERM', 'ENOSPC', 'EDQUOT'];

/**
 * The storage handles of a cluster: `handle/<vm>/<generation>.json` in a folder that all hosts share. `handle/` is made once
 * by whoever sets the witness up: without it a folder is only the place where the witness should be.
 * Whoever makes the next generation by link(2) has won; nothing is ever overwritten.
 */
export class Witness {
  readonly #folder: string;
  readonly #host: HostId;
  readonly #storage: SharedStorage;
  /** The latest record seen of each VM. Records never change, so looking begins there. */
  readonly #latest = new Map<VmId, HandleRecord>();
  /** Drafts in use, by their paths. */
  readonly #drafts = new Set<string>();
  readonly #doubts = new Map<VmId, Doubt>();

  constructor(folder: string, host: HostId, storage = new SharedStorage()) {
    this.#folder = folder;
    this.#host = host;
    this.#storage = storage;
  }

  /** The VM's latest record, `null` without one. Throws `WITNESS_UNREACHABLE`. */
  async read(vm: VmId): Promise<HandleRecord | null> {
    return this.#reaching(async () => {
      await this.#leaveNoDoubt(vm);
      let record = this.#latest.get(vm) ?? (await this.#readNewest(vm));
      for (;;) {
        const [next] = await Promise.all([
          this.#readGeneration(vm, (record?.generation ?? 0) + 1),
          // Gone, though it was seen: that is another folder than the one it was read from, so nothing is known.
          record && this.#stat(this.#fileOf(vm, record.generation)),
        ]);
        if (next === null) return record;
        record = next;
      }
    });
  }

  /** Whether this very record is here: then whoever has read it has the same witness. Throws `WITNESS_UNREACHABLE`. */
  async has(record: HandleRecord): Promise<boolean> {
    return this.#reaching(async () => {
      await this.#leaveNoDoubt(record.vm);
      const found = await this.#readGeneration(record.vm, record.generation);
      // A folder that is no witness is another matter.
      if (found === null) await this.#demandWitness();
      return isDeepStrictEqual(found, record);
    });
  }

  /** The latest record that this host has seen or made; others may have followed it. */
  latest(vm: VmId): HandleRecord | null {
    return this.#latest.get(vm) ?? null;
  }

  /** Waits until the VM has a record beyond `generation`, looking every `everyMs`. Rejects with the signal's reason. */
  async next(vm: VmId, generation: number, signal: AbortSignal, everyMs = blackoutPollMs): Promise<HandleRecord> {
    let hint: FolderHint | null = null;
    try {
      for (;;) {
        signal.throwIfAborted();
        const record = await this.#reaching(async () => {
          await this.#leaveNoDoubt(vm);
          return this.#readGeneration(vm, generation + 1);
        });
        if (record !== null) return record;
        // No other thread can begin to watch for this one: only where there was an answer just now.
        hint ??= new FolderHint(this.#folderOf(vm));
        // Another host writes it, and a shared file system tells nobody: it has to be asked.
        await hint.pause(everyMs);
      }
    } finally {
      hint?.close();
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
    let draft = await this.#reaching(() => this.#write(record));
    return {
      record,
      commit: ({ durable }) =>
        this.#reaching(async () => {
          await this.#leaveNoDoubt(vm);
          if (!this.#drafts.has(draft.path)) {
            // Removed, so that an earlier swap could not be done late.
            void this.#discard(draft);
            draft = await this.#write(record);
          }
          const swap = await this.#swap(draft, record);
          if (swap === 'won' && durable) await this.#storage.reach(() => draft.sync());
          return swap;
        }),
      discard: () => this.#discard(draft),
    };
  }

  async #write(record: HandleRecord): Promise<Draft> {
    const path = join(this.#folderOf(record.vm), `.${this.#host}.${randomUUID()}`);
    this.#drafts.add(path);
    const late = (rest: Promise<Draft>) => void rest.then((draft) => this.#discard(draft)).catch(() => undefined);
    try {
      return await this.#storage.reach(() => Draft.write(path, record), { late });
    } catch (error) {
      this.#drafts.delete(path);
      throw error;
    }
  }

  /** A draft that stays behind says nothing: only a name makes it a record. */
  async #discard(draft: Draft): Promise<void> {
    await this.#storage.reach(() => draft.remove(), { always: true }).catch(() => undefined);
    this.#drafts.delete(draft.path);
  }

  async #swap(draft: Draft, record: HandleRecord): Promise<Swap> {
    const { vm, generation } = record;
    const doubt: Doubt = { draft: draft.path, underWay: false };
    const late = (rest: Promise<Swap>) => {
      doubt.underWay = true;
      const over = () => void (doubt.underWay = false);
      rest.then(over, over);
    };
    try {
      const swap = await this.#storage.reach(() => draft.name(this.#fileOf(vm, generation)), { late });
      if (swap === 'won') this.#remember(record);
      return swap;
    } catch (error) {
      if (!refusals.includes(codeOf(error) ?? '')) this.#doubts.set(vm, doubt);
      throw error;
    }
  }

  /**
   * A swap that was not answered could be done after this host has read that it was not, and has acted on that. So nothing
   * is read while it may be; and without its draft it can't be done any more, also by a server that is late.
   */
  async #leaveNoDoubt(vm: VmId): Promise<void> {
    const doubt = this.#doubts.get(vm);
    if (doubt === undefined) return;
    if (doubt.underWay) throw new Error('it has not answered yet whether this host’s last record is there');
    await this.#unlink(doubt.draft);
    this.#drafts.delete(doubt.draft);
    this.#doubts.delete(vm);
  }

  async #unlink(draft: string): Promise<void> {
    await this.#storage
      .reach(() => unlink(draft))
      .catch((error: unknown) => {
        // Gone; or, where nothing can be written, no name is given either.
        if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'EROFS') throw error;
      });
  }

  async #readNewest(vm: VmId): Promise<HandleRecord | null> {
    const folder = this.#folderOf(vm);
    await this.#demandWitness();
    const names = await this.#list(folder);
    // Left behind by an agent of this host that died: a swap that it had begun must not be done any more.
    const drafts = names.filter((name) => name.startsWith(`.${this.#host}.`)).map((name) => join(folder, name));
    await Promise.all(drafts.filter((path) => !this.#drafts.has(path)).map((path) => this.#unlink(path)));
    const generations = names.flatMap((name) => (/^[1-9]\d*\.json$/.test(name) ? [Number.parseInt(name)] : []));
    return generations.length === 0 ? null : this.#readGeneration(vm, Math.max(...generations));
  }

  async #readGeneration(vm: VmId, generation: number): Promise<HandleRecord | null> {
    const path = this.#fileOf(vm, generation);
    const text = await this.#storage
      .reach(() => readShort(path, largestRecordBytes, this.#storage))
      .catch((error: unknown) => {
        if (codeOf(error) === 'ENOENT') return null;
        throw error;
      });
    return text === null ? null : this.#remember(JSON.parse(text) as HandleRecord);
  }

  async #stat(path: string): Promise<void> {
    await this.#storage.reach(() => stat(path));
  }

  /** The place where it is mounted is there without it, and empty: no record there means nothing. */
  async #demandWitness(): Promise<void> {
    try {
      await this.#stat(join(this.#folder, HANDLES));
    } catch (cause) {
      if (codeOf(cause) !== 'ENOENT') throw cause;
      const words = `${this.#folder} is no witness: it is not mounted, or it was never set up by making ${HANDLES}/ in it`;
      throw new Error(words, { cause });
    }
  }

  async #list(folder: string): Promise<string[]> {
    return this.#storage
      .reach(() => readdir(folder))
      .catch((error: unknown) => {
        if (codeOf(error) === 'ENOENT') return [];
        throw error;
      });
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
    return join(this.#folder, HANDLES, vm);
  }

  #fileOf(vm: VmId, generation: number): string {
    return join(this.#folderOf(vm), `${generation}.json`);
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
