import { readFileSync } from 'node:fs';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { join } from 'node:path';

/** What this host is made of, as its kernel tells: at once, since no disk is asked. */
export class Hardware {
  readonly #proc: string;
  #vendor: string | null = null;

  /** @param proc where the kernel's `cpuinfo` and `meminfo` are */
  constructor(proc = '/proc') {
    this.#proc = proc;
  }

  /** The processors' manufacturer, as they say it themselves: `GenuineIntel`, `AuthenticAMD`. Throws where nothing says it. */
  cpuVendor(): string {
    this.#vendor ??=
      /^(?:vendor_id|CPU implementer)\s*:\s*(.+)$/m.exec(this.#read('cpuinfo'))?.[1]?.trim() ?? 'unknown';
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
    return { totalBytes: bytes('MemTotal') ?? totalmem(), freeBytes: bytes('MemAvailable') ?? freemem() };
  }

  #read(name: string): string {
    return readFileSync(join(this.#proc, name), 'utf8');
  }

  #readIfThere(name: string): string {
    try {
      return this.#read(name);
    } catch {
      return '';
    }
  }
}
