import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';

/** Where Linux tells of itself; elsewhere there is none. */
const OWN = '/proc';

/** What this host is made of, as its kernel tells: at once, since no disk is asked. */
export class Hardware {
  readonly #proc: string;
  #vendor: string | null = null;

  /** @param proc where the kernel's `cpuinfo` and `meminfo` are */
  constructor(proc = OWN) {
    this.#proc = proc;
  }

  /**
   * The processors' manufacturer, as they say it themselves: `GenuineIntel`, `AuthenticAMD`; elsewhere than on Linux the
   * model will do. Throws where that can't be read.
   */
  cpuVendor(): string {
    const told = /^(?:vendor_id|CPU implementer)\s*:\s*(.+)$/m;
    this.#vendor ??= told.exec(this.#readIfThere('cpuinfo'))?.[1]?.trim() ?? cpus()[0]?.model ?? 'unknown';
    return this.#vendor;
  }

  cpuCount(): number {
    return availableParallelism();
  }

  /** Bytes; free is what could be given to a VM now, caches counted in. */
  memory(): { totalBytes: number; freeBytes: number } {
    const text = this.#readIfThere('meminfo');
    const bytes = (name: string) => {
      const [, kiB] = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text) ?? [];
      return kiB === undefined ? null : Number(kiB) * 1024;
    };
    const totalBytes = bytes('MemTotal') ?? totalmem();
    // Elsewhere than on Linux nobody tells it: what is free there leaves out the caches.
    return { totalBytes, freeBytes: bytes('MemAvailable') ?? totalBytes };
  }

  #readIfThere(name: string): string {
    try {
      return readFileSync(join(this.#proc, name), 'utf8');
    } catch (error) {
      if (this.#proc === OWN && (error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw error;
    }
  }
}
