import type { VmId } from '@ferry/domain';
import type { VirtualNetworks } from '../../network/port.ts';
import { runCommand } from '../../network/run-command.ts';
import type { PostCopy } from '../port.ts';
import type { Machine } from './machine.ts';

/** Post-copy on QEMU. */
export class QemuPostCopy implements PostCopy {
  readonly #get: (vm: VmId) => Machine;
  readonly #networks: Pick<VirtualNetworks, 'inside'>;

  constructor(machines: { get(vm: VmId): Machine }, networks: Pick<VirtualNetworks, 'inside'>) {
    this.#get = (vm) => machines.get(vm);
    this.#networks = networks;
  }

  async begin(vm: VmId): Promise<void> {
    await this.#get(vm).monitor.execute('migrate-start-postcopy', {});
  }

  async connection(vm: VmId): Promise<'there' | 'severed'> {
    return (await this.#get(vm).migration()).status === 'postcopy-paused' ? 'severed' : 'there';
  }

  /** QEMU does not count what it receives; the kernel does. */
  async silentMs(_vm: VmId, uri: string): Promise<number> {
    const port = uri.slice(uri.lastIndexOf(':') + 1);
    const [program = '', ...args] = this.#networks.inside(['ss', '-tinH', 'state', 'established', 'sport', '=', port]);
    const told = /\blastrcv:(\d+)/.exec(await runCommand(program, args));
    return Number(told?.[1] ?? 0);
  }

  async sever(vm: VmId): Promise<void> {
    await this.#get(vm).monitor.executeOutOfBand('yank', { instances: [{ type: 'migration' }] });
  }

  async listenAgain(vm: VmId, uri: string): Promise<void> {
    await this.#get(vm).monitor.execute('migrate-recover', { uri });
  }

  async connectAgain(vm: VmId, uri: string): Promise<void> {
    await this.#get(vm).monitor.execute('migrate', { uri, resume: true });
  }
}
