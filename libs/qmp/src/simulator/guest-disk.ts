import { crc32 } from 'node:zlib';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import type { Dirtying } from './guest-memory.ts';

/** The layout of a lab guest's disk; the real guest writes the same, so one verifier reads both. */
const sectorBytes = 512;
const sector = { newest: 0, personality: 1, fork: 2, ringFirst: 8 } as const;
const crcAt = sectorBytes - 4;

/** What the guest remembers of its counting. It is in its memory, so it moves along. */
export interface CounterState {
  /** The newest count as it must stand on the disk, base64. */
  last: string;
  boot: string;
  forked: boolean;
}

/** The modelled guest's disk: it counts there, each count naming its predecessor, and finds out about other writers. */
export class GuestDisk {
  readonly #path: string;
  #file: number | undefined;
  #last: Buffer | undefined;
  #boot = 0n;
  #forked = false;

  constructor(path: string) {
    this.#path = path;
  }

  open(): void {
    this.#file ??= openSync(this.#path, 'r+');
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  get state(): CounterState | undefined {
    if (!this.#last) return undefined;
    return { last: this.#last.toString('base64'), boot: String(this.#boot), forked: this.#forked };
  }

  set state(state: CounterState | undefined) {
    if (!state) return;
    this.#last = Buffer.from(state.last, 'base64');
    this.#boot = BigInt(state.boot);
    this.#forked = state.forked;
  }

  /** What its disk tells the guest to be; `undefined` while there is nothing. */
  get dirtying(): Dirtying | undefined {
    const personality = this.#read(sector.personality);
    if (!isSealed(personality, 'FERRYVM1')) return undefined;
    return { mibPerSecond: personality.readUInt32LE(20), workingSetMib: personality.readUInt32LE(24) };
  }

  /**
   * Writes the next count. Not synced to the medium, as the real guest does: other processes on this machine read
   * what was written, and hundreds of simulators share one disk.
   */
  count(guestNs: bigint): void {
    if (this.#file === undefined || this.#forked) return;
    const personality = this.#read(sector.personality);
    if (!isSealed(personality, 'FERRYVM1')) return;
    const found = this.#read(sector.newest);
    if (!this.#last) {
      this.#last = found;
      this.#boot = isSealed(found, 'FERRYCNT') ? found.readBigUInt64LE(16) + 1n : 1n;
    }
    if (found.equals(this.#last)) this.#writeNext(this.#last, personality.readUInt32LE(28), guestNs);
    else this.#raiseFork(found);
  }

  #writeNext(last: Buffer, ring: number, guestNs: bigint): void {
    const counted = isSealed(last, 'FERRYCNT');
    const next = Buffer.alloc(sectorBytes);
    next.write('FERRYCNT', 0, 'latin1');
    next.writeBigUInt64LE(counted ? last.readBigUInt64LE(8) + 1n : 1n, 8);
    next.writeBigUInt64LE(this.#boot, 16);
    next.writeBigUInt64LE(guestNs, 24);
    next.writeUInt32LE(counted ? last.readUInt32LE(crcAt) : 0, 32);
    next.writeUInt32LE(crc32(next.subarray(0, crcAt)), crcAt);
    this.#write(sector.ringFirst + Number(next.readBigUInt64LE(8) % BigInt(ring)), next);
    this.#write(sector.newest, next);
    this.#last = next;
  }

  #raiseFork(found: Buffer): void {
    this.#forked = true;
    const describe = (record: Buffer) => `sequence ${record.readBigUInt64LE(8)} of boot ${record.readBigUInt64LE(16)}`;
    const marker = Buffer.alloc(sectorBytes);
    marker.write(`FERRYFRK wrote ${describe(this.#last ?? found)}, found ${describe(found)}\n`, 0, 'latin1');
    this.#write(sector.fork, marker);
  }

  #read(index: number): Buffer {
    const bytes = Buffer.alloc(sectorBytes);
    if (this.#file !== undefined) readSync(this.#file, bytes, 0, sectorBytes, index * sectorBytes);
    return bytes;
  }

  #write(index: number, bytes: Buffer): void {
    if (this.#file !== undefined) writeSync(this.#file, bytes, 0, sectorBytes, index * sectorBytes);
  }
}

function isSealed(bytes: Buffer, kind: string): boolean {
  return bytes.toString('latin1', 0, 8) === kind && crc32(bytes.subarray(0, crcAt)) === bytes.readUInt32LE(crcAt);
}
