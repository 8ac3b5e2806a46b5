import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { workingSetOf, type MemoryLoad } from '@ferry/domain';
import type { Monitor } from './monitor.ts';

/** The least that QEMU can, and long enough to see what is changed again and again. */
const [soonSeconds, laterSeconds] = [1, 5];
/** QEMU has no event for the end of it. */
const lookMs = 100;
/** So many pages are looked at of a guest's memory, as far as QEMU lets the share be chosen; of more it has enough. */
const wantedSamples = 4_096;
const samplesPerGiB = [512, 16_384] as const;

/** Measures what a guest does to its memory. QEMU does so aside, by looking at some of its pages twice. */
export class MemoryMeter {
  readonly #monitor: Monitor;
  readonly #pid: number;
  readonly #memoryKiB: number;
  #load: MemoryLoad | null = null;
  #measuring: Promise<void> | null = null;

  constructor(monitor: Monitor, pid: number, memoryKiB: number) {
    this.#monitor = monitor;
    this.#pid = pid;
    this.#memoryKiB = memoryKiB;
  }

  /** What was measured last; null before that. */
  get load(): MemoryLoad | null {
    return this.#load;
  }

  /** There is something to be read after a second; resolves when all is known. Who comes meanwhile waits for the same. */
  measure(): Promise<void> {
    this.#measuring ??= this.#measure().finally(() => (this.#measuring = null));
    return this.#measuring;
  }

  async #measure(): Promise<void> {
    const usedBytes = 1024 * ((await residentKiB(this.#pid, this.#memoryKiB)) ?? this.#memoryKiB);
    const dirtyBytesPerSecond = await this.#changedWithin(soonSeconds);
    const { workingSetBytes = null } = this.#load ?? {};
    this.#load = {
      usedBytes,
      dirtyBytesPerSecond,
      workingSetBytes: workingSetBytes && Math.max(workingSetBytes, dirtyBytesPerSecond),
    };
    const bytes = await this.#changedWithin(laterSeconds);
    this.#load = {
      ...this.#load,
      workingSetBytes: workingSetOf(dirtyBytesPerSecond, { seconds: laterSeconds, bytes }),
    };
  }

  /** Bytes of memory that the guest changes in so long. */
  async #changedWithin(seconds: number): Promise<number> {
    // Another agent may have begun. QEMU itself could be made to begin twice.
    await this.#measured();
    const [least, most] = samplesPerGiB;
    const perGiB = Math.round((wantedSamples * 1024 ** 2) / this.#memoryKiB);
    await this.#monitor.execute('calc-dirty-rate', {
      'calc-time': seconds,
      'sample-pages': Math.max(least, Math.min(perGiB, most)),
      // Under TCG the other ways end QEMU 7.2.
      mode: 'page-sampling',
    });
    await pause(seconds * 1_000);
    const mibPerSecond = await this.#measured();
    return mibPerSecond * 1024 ** 2 * seconds;
  }

  /** What QEMU has measured, in MiB a second, as soon as it does not measure. */
  async #measured(): Promise<number> {
    for (;;) {
      const { status, 'dirty-rate': rate = 0 } = await this.#monitor.execute('query-dirty-rate', {});
      if (status !== 'measuring') return rate;
      await pause(lookMs);
    }
  }
}

/** What the kernel has had to find memory for, of the mapping that is as large as the guest's memory; null without one. */
async function residentKiB(pid: number, memoryKiB: number): Promise<number | null> {
  const maps = await readFile(`/proc/${pid}/smaps`, 'utf8').catch(() => '');
  const found = new RegExp(`^Size: +${memoryKiB} kB\\n(?:.+\\n)*?Rss: +(\\d+) kB$`, 'm').exec(maps);
  return found === null ? null : Number(found[1]);
}
