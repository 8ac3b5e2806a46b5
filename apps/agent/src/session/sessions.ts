import type { VmId } from '@ferry/domain';
import type { Journals } from '../journal/journals.ts';
import { VirtualMachineSession } from './virtual-machine-session.ts';

/** The VMs that this host has to do with. */
export class Sessions {
  readonly #journals: Journals;
  readonly #sessions = new Map<VmId, VirtualMachineSession>();

  constructor(journals: Journals) {
    this.#journals = journals;
  }

  of(vm: VmId): VirtualMachineSession {
    let session = this.#sessions.get(vm);
    if (!session) this.#sessions.set(vm, (session = new VirtualMachineSession(vm, this.#journals)));
    return session;
  }
}
