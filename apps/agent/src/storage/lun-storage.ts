import { FerryError, type LunDisk } from '@ferry/domain';
import { askSerial } from './ask-serial.ts';
import type { Excluded, LunVolume, MediumOf, StorageKind, Unnamed } from './port.ts';
import { runFence } from './run-fence.ts';
import type { SanAccess } from './san-access.ts';

/** LUNs of a SAN, over iSCSI. */
export class LunStorage implements StorageKind<'lun'> {
  readonly #access: SanAccess | null;
  readonly #inside: (command: readonly string[]) => string[];

  /**
   * @param access null on a host that reaches no SAN
   * @param inside the command that runs another where the hypervisor does, so that both take the same way
   */
  constructor(access: SanAccess | null, inside: (command: readonly string[]) => string[]) {
    this.#access = access;
    this.#inside = inside;
  }

  async locate({ portal, target, lun, serial }: LunDisk): Promise<LunVolume> {
    const volume = this.#volume({ portal, target, lun });
    const found = await askSerial(volume, this.#inside);
    if (found !== serial) {
      const where = `LUN ${lun} of ${target} at ${portal}`;
      throw new FerryError('LUN_DIFFERS', `${where} has the serial number ${found || '(none)'}, not ${serial}`);
    }
    return volume;
  }

  async recognise({ kind, ...where }: MediumOf<'lun'>): Promise<Unnamed<'lun'>> {
    return { kind, ...where, serial: await askSerial(this.#volume(where), this.#inside) };
  }

  async cutOff({ portal, target, lun }: LunDisk, whom: Excluded): Promise<boolean> {
    const { initiator: keep } = this.#volume({ portal, target, lun });
    const program = this.#access?.fence ?? null;
    if (program !== null) await runFence(program, { ...whom, portal, target, lun, keep });
    return program !== null;
  }

  #volume({ portal, target, lun }: Omit<MediumOf<'lun'>, 'kind'>): LunVolume {
    const chap = this.#access?.portals.get(portal);
    if (this.#access === null || chap === undefined) {
      throw new FerryError('PORTAL_UNKNOWN', `the portal ${portal} is not among those of this host`);
    }
    return { kind: 'lun', portal, target, lun, initiator: this.#access.initiator, chap };
  }
}
