import { setTimeout as pause } from 'node:timers/promises';
import type { VmId } from '@ferry/domain';
import type { VirtualNetworks } from '../../network/port.ts';
import { runCommand } from '../../network/run-command.ts';
import type { PostCopy } from '../port.ts';
import { breakConnections } from './break-connections.ts';
import type { Machine } from './machine.ts';

const pausesWithinMs = 1_000;
const askAgainMs = 20;

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
  async silentMs(_vm: VmId, uri: string): Promise<number | null> {
    const states = ['state', 'established'];
    const [program = '', ...args] = this.#networks.inside(['ss', '-tinH', ...states, 'sport', '=', portOf(uri)]);
    const told = /\blastrcv:(\d+)/.exec(await runCommand(program, args));
    return told === null ? null : Number(told[1]);
  }

  async sever(vm: VmId): Promise<void> {
    await this.#get(vm).monitor.executeOutOfBand('yank', { instances: [{ type: 'migration' }] });
  }

  async listenAgain(vm: VmId, uri: string): Promise<void> {
    const { monitor } = this.#get(vm);
    const late = performance.now() + pausesWithinMs;
    for (;;) {
      try {
        await monitor.executeOutOfBand('migrate-recover', { uri });
        return;
      } catch (error) {
        // A connection that has just been broken is noticed by another of its threads, which tells nobody while the main loop waits.
        if (performance.now() > late || !String(error).includes('when postcopy is paused')) throw error;
        await pause(askAgainMs);
      }
    }
  }

  /** QEMU 7.2 dies of an attempt that meets another one under way: that is broken off instead, and the next call tries. */
  async connectAgain(vm: VmId, uri: string): Promise<void> {
    const port = portOf(uri);
    const states = ['state', 'syn-sent', 'state', 'established'];
    const [program = '', ...args] = this.#networks.inside(['ss', '-tnH', ...states, 'dport', '=', port]);
    if ((await runCommand(program, args)).trim() !== '') return breakConnections(this.#networks, uri);
    await this.#get(vm).monitor.execute('migrate', { uri, resume: true });
  }
}

function portOf(uri: string): string {
  return uri.slice(uri.lastIndexOf(':') + 1);
}
