export const pageBytes = 4096;

/** What QEMU sends for a page: its content behind a header, or only that it is all zero. */
const normalPageOnTheWire = pageBytes + 8;
const zeroPageOnTheWire = 9;

/** Firmware and video memory, which QEMU moves with the guest's. */
const romBytes = 532_480;

/** Pages to be sent; zero ones cost next to nothing. */
export interface Pages {
  normal: number;
  zero: number;
}

export function bytesOnTheWire({ normal, zero }: Pages): number {
  return normal * normalPageOnTheWire + zero * zeroPageOnTheWire;
}

/** What the guest does to its memory. It is part of the guest, so it moves along. */
export interface Dirtying {
  mibPerSecond: number;
  workingSetMib: number;
}

const mib = 1024 ** 2;

/** The guest's memory as numbers: how much of it is used, and how much is dirty after a while of running. */
export class GuestMemory {
  readonly bytes: number;
  /** What auto-converge takes from the guest. */
  slowedByPercent = 0;
  readonly #usedPages: number;
  #dirtying: Dirtying = { mibPerSecond: 0, workingSetMib: 0 };
  #syncedAtNs = 0n;

  constructor(configuredBytes: number) {
    this.bytes = configuredBytes + romBytes;
    // A small Linux guest after boot; all the rest is zero pages.
    this.#usedPages = Math.round((this.bytes / pageBytes) * 0.15);
  }

  get dirtying(): Dirtying {
    return this.#dirtying;
  }

  set dirtying(dirtying: Dirtying) {
    this.#dirtying = dirtying;
  }

  /** All pages, for the first round; dirtying counts from here on. `guestNs` is the guest's own clock. */
  allPages(guestNs: bigint): Pages {
    this.#syncedAtNs = guestNs;
    const total = Math.round(this.bytes / pageBytes);
    const normal = Math.min(total, this.#usedPages + Math.round((this.#dirtying.workingSetMib * mib) / pageBytes));
    return { normal, zero: total - normal };
  }

  /** Pages dirtied since the last look. A guest that does nothing still dirties a few. */
  dirtied(guestNs: bigint): Pages {
    const seconds = Number(guestNs - this.#syncedAtNs) / 1e9;
    this.#syncedAtNs = guestNs;
    const idle = Math.min(40, Math.ceil(seconds * 400));
    const speed = this.#dirtying.mibPerSecond * (1 - this.slowedByPercent / 100);
    const written = Math.min(this.#dirtying.workingSetMib, speed * seconds) * mib;
    return { normal: Math.min(Math.round(this.bytes / pageBytes), idle + Math.round(written / pageBytes)), zero: 0 };
  }
}
