import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { MigrationId, VmId } from '@ferry/domain';
import { Journal } from './journal.ts';

/** Kept as evidence, beside the one in use. */
const keptJournals = 8;

interface JournalName {
  order: number;
  migration: MigrationId;
  file: string;
}

/** The journals of a host, in the order in which it first heard of the migrations: `<vm>.<order>.<migration>.jsonl`. */
export class Journals {
  readonly #folder: string;

  constructor(runDirectory: string) {
    // The dot keeps it apart from the folders of VMs.
    this.#folder = join(runDirectory, '.journal');
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
  }

  /** The migrations of the VM that this host has heard of, oldest first. */
  known(vm: VmId): MigrationId[] {
    return this.#list(vm).map(({ migration }) => migration);
  }

  /** The migration's journal, made as the newest if there is none. */
  open(vm: VmId, migration: MigrationId): Journal {
    const names = this.#list(vm);
    const found = names.find((name) => name.migration === migration);
    if (found) return Journal.open(join(this.#folder, found.file));
    for (const { file } of names.slice(0, -keptJournals)) rmSync(join(this.#folder, file));
    const order = (names.at(-1)?.order ?? 0) + 1;
    return Journal.open(join(this.#folder, `${vm}.${order}.${migration}.jsonl`));
  }

  /** Takes back that this host has heard of the migration. */
  forget(vm: VmId, migration: MigrationId): void {
    for (const name of this.#list(vm)) if (name.migration === migration) rmSync(join(this.#folder, name.file));
  }

  #list(vm: VmId): JournalName[] {
    const pattern = /^([a-z0-9-]+)\.(\d+)\.([0-9a-f-]{36})\.jsonl$/;
    return readdirSync(this.#folder)
      .flatMap((file) => {
        const [, owner, order, migration] = pattern.exec(file) ?? [];
        return owner === vm && migration !== undefined ? [{ order: Number(order), migration, file }] : [];
      })
      .sort((a, b) => a.order - b.order);
  }
}
