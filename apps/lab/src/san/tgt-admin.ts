import { join } from 'node:path';
import { runCommand } from '../provision/run-command.ts';

/** The control socket's name, from the folder in which the target runs: a whole path may be too long for one. */
export const CONTROL_SOCKET = 'control';
/** Each target of the lab has one LUN; tgt itself is LUN 0. */
export const LUN = 1;

/** One of a target's connections, as tgt numbers them. */
interface Connection {
  readonly session: string;
  readonly connection: string;
  readonly initiator: string;
}

/** Commands to a running tgtd. Each throws `CommandFailed` when it refuses. */
export class TgtAdmin {
  readonly #program: string;
  readonly #folder: string;

  /**
   * @param programs the folder of tgt's programs
   * @param folder the one in which its tgtd runs
   */
  constructor(programs: string, folder: string) {
    this.#program = join(programs, 'tgtadm');
    this.#folder = folder;
  }

  /** Fails until tgtd answers. */
  async ping(): Promise<void> {
    await this.#do('show', 'target');
  }

  async addAccount(user: string, password: string): Promise<void> {
    await this.#do('new', 'account', '--user', user, '--password', password);
  }

  /** Adds a target with its LUN, which lets nobody in yet. */
  async addTarget(id: number, name: string, lun: { file: string; serial: string }): Promise<void> {
    await this.#do('new', 'target', ...tid(id), '--targetname', name);
    await this.#do('new', 'logicalunit', ...tid(id), '--lun', String(LUN), '--backing-store', lun.file);
    const identity = `scsi_sn=${lun.serial},scsi_id=${lun.serial}`;
    await this.#do('update', 'logicalunit', ...tid(id), '--lun', String(LUN), '--params', identity);
  }

  /** Lets a target's LUN only be read, also by the sessions that it has; or written again. */
  async setReadOnly(id: number, readOnly: boolean): Promise<void> {
    const parameter = `readonly=${readOnly ? 1 : 0}`;
    await this.#do('update', 'logicalunit', ...tid(id), '--lun', String(LUN), '--params', parameter);
  }

  /** From now on it lets in initiators of these names, and no others, that know the account's password. */
  async open(id: number, account: string, initiators: readonly string[]): Promise<void> {
    await this.#do('bind', 'account', ...tid(id), '--user', account);
    for (const initiator of initiators) await this.letIn(id, initiator);
  }

  /** A target's number, by its name. */
  async numberOf(target: string): Promise<number> {
    const told = await this.#do('show', 'target');
    const found = [...told.matchAll(/^Target (\d+): (\S+)$/gm)].find(([, , name]) => name === target);
    if (found === undefined) throw new Error(`tgt serves no target ${target}`);
    return Number(found[1]);
  }

  /** Lets an initiator in, as it may be already. */
  async letIn(id: number, initiator: string): Promise<void> {
    if (!(await this.#lettingIn(id)).includes(initiator))
      await this.#do('bind', 'target', ...tid(id), '--initiator-name', initiator);
  }

  /** Lets an initiator in no more, and ends the sessions that it has: not to be let in does nothing to those. */
  async shutOut(id: number, initiator: string): Promise<void> {
    if ((await this.#lettingIn(id)).includes(initiator))
      await this.#do('unbind', 'target', ...tid(id), '--initiator-name', initiator);
    for (const each of await this.connections(id)) {
      if (each.initiator !== initiator) continue;
      await this.#do('delete', 'conn', ...tid(id), '--sid', each.session, '--cid', each.connection);
    }
  }

  async connections(id: number): Promise<Connection[]> {
    const told = await this.#do('show', 'conn', ...tid(id));
    const pattern = /Session: (\d+)\s+Connection: (\d+)\s+Initiator: (\S+)/g;
    return [...told.matchAll(pattern)].map(([, session = '', connection = '', initiator = '']) => {
      return { session, connection, initiator };
    });
  }

  /** The names that a target lets in. */
  async #lettingIn(id: number): Promise<string[]> {
    const told = (await this.#do('show', 'target')).split(/^(?=Target \d+:)/m);
    const target = told.find((each) => each.startsWith(`Target ${id}:`)) ?? '';
    const [, list = ''] = target.split('ACL information:');
    return list.split('\n').flatMap((line) => line.trim().split(/\s+/).filter(Boolean));
  }

  #do(operation: string, mode: string, ...args: string[]): Promise<string> {
    const command = [this.#program, '--lld', 'iscsi', '--op', operation, '--mode', mode, ...args];
    return runCommand('env', [`TGT_IPC_SOCKET=${CONTROL_SOCKET}`, ...command], { cwd: this.#folder });
  }
}

function tid(id: number): [string, string] {
  return ['--tid', String(id)];
}
