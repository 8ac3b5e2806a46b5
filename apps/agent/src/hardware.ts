import { readFile } from 'node:fs/promises';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { join } from 'node:path';

/** What this host is made of, as its kernel tells. */
export class Hardware {
  readonly #proc: string;

  /** @param proc where the kernel's `cpuinfo` and `meminfo` are */
  constructor(proc = '/proc') {
    this.#proc = proc;
  }

  /** The processors' manufacturer, as they say it themselves: `GenuineIntel`, `AuthenticAMD`. */
  async cpuVendor(): Promise<string> {
    const text = await readFile(join(this.#proc, 'cpuinfo'), 'utf8');
    return /^(?:vendor_id|CPU implementer)\s*:\s*(.+)$/m.exec(text)?.[1]?.trim() ?? 'unknown';
  }

  cpuCount(): number {
    return availableParallelism();
  }

  /** Bytes; free is what could be given to a VM now, caches counted in. */
  async memory(): Promise<{ totalBytes: number; freeBytes: number }> {
    const text = await readFile(join(this.#proc, 'meminfo'), 'utf8').catch(() => '');
    const bytes = (name: string) => {
      const [, kiB] = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text) ?? [];
      return kiB === undefined ? null : Number(kiB) * 1024;
    };
    return { totalBytes: bytes('MemTotal') ?? totalmem(), freeBytes: bytes('MemAvailable') ?? freemem() };
  }
}
