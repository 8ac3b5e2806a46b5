import type { HostId, LunDisk, PassThroughDisk, VmId } from '@ferry/domain';
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createDisk } from '../guest/disk.ts';
import type { DiskFormat } from '../guest/image-frame.ts';
import type { DiskContent, GuestDisks } from '../guest-disks.ts';
import type { SanDiskKind } from '../lab-storage.ts';
import { sanPortal } from '../network/addresses.ts';
import type { ProcessSpec } from '../processes/process-registry.ts';
import { fencedFrom, forgetFenced } from './fenced-hosts.ts';
import { iscsiName } from './iscsi-name.ts';
import { CONTROL_SOCKET, LUN, TgtAdmin } from './tgt-admin.ts';

/** Its name among the lab's processes. */
export const sanName = 'san';

const account = 'ferry';
const fenceProgram = fileURLToPath(new URL('../../dist/san/fence-program.js', import.meta.url));
/** tgt lets everybody in at a target whose list of names is empty. */
const nobody = iscsiName('nobody');

export interface SanOptions {
  /** Its own folder: the LUNs' files, and what each host needs to log in. */
  readonly folder: string;
  /** The folder of tgt's programs. */
  readonly programs: string;
  /** The network namespace in which it listens. */
  readonly namespace: string;
  readonly hosts: readonly HostId[];
  /** As what guests are given their LUNs. */
  readonly diskKind: SanDiskKind;
}

/**
 * A SAN of the lab's own: a tgtd with a target for each guest, reached over iSCSI, with CHAP, by the hosts that are let
 * in. All it knows it is told again when it is started again.
 */
export class San implements GuestDisks {
  readonly #options: SanOptions;
  readonly #admin: TgtAdmin;
  readonly #secret: string;
  /** In the order of their targets, which are numbered from 1. */
  readonly #guests: VmId[] = [];
  readonly #shutOut = new Set<HostId>();

  private constructor(options: SanOptions, secret: string) {
    this.#options = options;
    this.#secret = secret;
    this.#admin = new TgtAdmin(options.programs, options.folder);
  }

  /** Makes its folder, and the files by which the hosts log in. It is started by its `spec`. */
  static async prepare(options: SanOptions): Promise<San> {
    const { folder, programs, hosts } = options;
    const secret = randomBytes(12).toString('hex');
    const san = new San(options, secret);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const secretFile = join(folder, 'chap-secret');
    await writeFile(secretFile, secret, { mode: 0o600 });
    const fence = join(folder, 'fence');
    const command = [process.execPath, fenceProgram, folder, programs].map(quoted).join(' ');
    await writeFile(fence, `#!/bin/sh\nexec ${command}\n`, { mode: 0o700 });
    for (const host of hosts) {
      const access = { initiator: iscsiName(host), portals: { [sanPortal]: { user: account, secretFile } }, fence };
      await writeFile(san.accessFile(host), JSON.stringify(access), { mode: 0o600 });
    }
    return san;
  }

  /** What a host's agent is given as `FERRY_SAN`. */
  accessFile(host: HostId): string {
    return join(this.#options.folder, `${host}.json`);
  }

  /** How it is started. It is ready when it serves all LUNs that were ever made. */
  spec(environment: Readonly<Record<string, string>>): ProcessSpec {
    const { folder, programs, namespace } = this.#options;
    const command = [join(programs, 'tgtd'), '--foreground', '--iscsi', `portal=${sanPortal}`];
    return {
      name: sanName,
      program: 'ip',
      args: ['netns', 'exec', namespace, ...command],
      env: { ...environment, TGT_IPC_SOCKET: CONTROL_SOCKET },
      cwd: folder,
      // It ignores what asks it to end.
      stopSignal: 'SIGKILL',
      ready: async () => {
        await this.#admin.ping();
        await this.#admin.addAccount(account, this.#secret);
        for (const guest of this.#guests) await this.#serve(guest);
        return true;
      },
    };
  }

  async create(
    guest: VmId,
    { format = 'raw', diskKind: kind, ...content }: DiskContent,
  ): Promise<LunDisk | PassThroughDisk> {
    if (format !== 'raw') throw new RangeError(`a LUN is no image: it has no format ${format}`);
    await createDisk(this.file(guest), content);
    this.#guests.push(guest);
    await this.#serve(guest);
    const [target, serial] = [iscsiName(guest), serialOf(guest)];
    return { kind: kind ?? this.#options.diskKind, id: 'disk0', portal: sanPortal, target, lun: LUN, serial };
  }

  formatOf(): DiskFormat {
    return 'raw';
  }

  /** The LUN's backing file: what tgt has written is in it at once. */
  file(guest: VmId): string {
    return join(this.#options.folder, `${guest}.lun`);
  }

  /** Cuts a host off from all LUNs, also from those that it has open. */
  async shutOut(host: HostId): Promise<void> {
    this.#shutOut.add(host);
    for (const guest of this.#guests) await this.#admin.shutOut(this.#number(guest), iscsiName(host));
  }

  /** Lets a host in again that was cut off, by whomever. */
  async letIn(host: HostId): Promise<void> {
    this.#shutOut.delete(host);
    for (const guest of this.#guests) {
      await forgetFenced(this.#options.folder, iscsiName(guest), host);
      await this.#admin.letIn(this.#number(guest), iscsiName(host));
    }
  }

  /** Lets a guest's LUN only be read from now on, by all; or written again. */
  async setReadOnly(guest: VmId, readOnly: boolean): Promise<void> {
    await this.#admin.setReadOnly(this.#number(guest), readOnly);
  }

  /** The hosts that have a session on a guest's LUN. */
  async hostsOn(guest: VmId): Promise<HostId[]> {
    const there = (await this.#admin.connections(this.#number(guest))).map(({ initiator }) => initiator);
    return this.#options.hosts.filter((host) => there.includes(iscsiName(host)));
  }

  async #serve(guest: VmId): Promise<void> {
    const number = this.#number(guest);
    const shutOut = new Set([...this.#shutOut, ...(await fencedFrom(this.#options.folder, iscsiName(guest)))]);
    const names = this.#options.hosts.filter((host) => !shutOut.has(host)).map(iscsiName);
    await this.#admin.addTarget(number, iscsiName(guest), { file: this.file(guest), serial: serialOf(guest) });
    await this.#admin.open(number, account, [...names, nobody]);
  }

  #number(guest: VmId): number {
    return this.#guests.indexOf(guest) + 1;
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function serialOf(guest: VmId): string {
  return `ferry-${guest}`;
}
