import { readFile } from 'node:fs/promises';
import { availableParallelism, freemem, totalmem } from 'node:os';

/** The processors' manufacturer, as they say it themselves: `GenuineIntel`, `AuthenticAMD`. */
export async function cpuVendor(): Promise<string> {
  const text = await readFile('/proc/cpuinfo', 'utf8');
  return /^(?:vendor_id|CPU implementer)\s*:\s*(.+)$/m.exec(text)?.[1]?.trim() ?? 'unknown';
}

export function cpuCount(): number {
  return availableParallelism();
}

/** Bytes; free is what could be given to a VM now, caches counted in. */
export async function memory(): Promise<{ totalBytes: number; freeBytes: number }> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const available = /^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1];
  return { totalBytes: totalmem(), freeBytes: available === undefined ? freemem() : Number(available) * 1024 };
}
