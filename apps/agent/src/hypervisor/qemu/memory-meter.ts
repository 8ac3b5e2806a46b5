import { readFile } from 'node:fs/promises';
import type { MemoryLoad } from '@ferry/domain';
import type { Monitor } from './monitor.ts';

/** The least that QEMU can. */
const measuredSeconds = 1;
/** So many pages are looked at of a guest's memory, as far as QEMU lets the share be chosen; of more it has enough. */
const wantedSamples = 4_096;
const samplesPerGiB = [512, 16_384] as const;

/** Measures what a guest does to its memory. QEMU does so aside, by looking at some of its pages twice. */
export class MemoryMeter {
  readonly #monitor: Monitor;
  readonly #pid: number;
  readonly #memoryKiB: number;
  #usedBytes: number | null = null;
  #beginning: Promise<void> | null = null;

  constructor(monitor: Monitor, pid: number, memoryKiB: number) {
    this.#monitor = monitor;
    this.#pid = pid;
    this.#memoryKiB = memoryKiB;
  }

  /** Does nothing while it measures already. QEMU itself could be made to begin twice. */
  begin(): Promise<void> {
    this.#beginning ??= this.#begin().finally(() => (this.#beginning = null));
    return this.#beginning;
  }

  /** What was measured last; null while it measures, or has not. */
  async read(): Promise<MemoryLoad | null> {
    const usedBytes = this.#usedBytes;
    // A transfer is looked at again and again: what was not begun is not asked for each time.
    if (usedBytes === null) return null;
    const { 'dirty-rate': mibPerSecond } = await this.#monitor.execute('query-dirty-rate', {});
    return mibPerSecond === undefined ? null : { usedBytes, dirtyBytesPerSecond: mibPerSecond * 1024 ** 2 };
  }

  async #begin(): Promise<void> {
    if ((await this.#monitor.execute('query-dirty-rate', {})).status === 'measuring') return;
    const [least, most] = samplesPerGiB;
    const perGiB = Math.round((wantedSamples * 1024 ** 2) / this.#memoryKiB);
    await this.#monitor.execute('calc-dirty-rate', {
      'calc-time': measuredSeconds,
      'sample-pages': Math.max(least, Math.min(perGiB, most)),
      // Under TCG the other ways end QEMU 7.2.
      mode: 'page-sampling',
    });
    this.#usedBytes = 1024 * ((await residentKiB(this.#pid, this.#memoryKiB)) ?? this.#memoryKiB);
  }
}

/** What the kernel has had to find memory for, of the mapping that is as large as the guest's memory; null without one. */
async function residentKiB(pid: number, memoryKiB: number): Promise<number | null> {
  const maps = await readFile(`/proc/${pid}/smaps`, 'utf8').catch(() => '');
  const found = new RegExp(`^Size: +${memoryKiB} kB\\n(?:.+\\n)*?Rss: +(\\d+) kB$`, 'm').exec(maps);
  return found === null ? null : Number(found[1]);
}
