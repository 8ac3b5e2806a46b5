import { crc32 } from 'node:zlib';

/** A lab disk, sector by sector. The guest's side of the same layout is `init/guest.h`. */
export const sectorBytes = 512;
export const sector = { newest: 0, personality: 1, fork: 2, ringFirst: 8 } as const;
export const magic = { personality: 'FERRYVM1', record: 'FERRYCNT', fork: 'FERRYFRK' } as const;

const crcAt = sectorBytes - 4;

/** How a guest writes to its memory. */
export interface Dirtying {
  readonly mibPerSecond: number;
  readonly workingSetMib: number;
}

/** What makes one guest of many: it finds this on its disk, and waits until it is there. */
export interface Personality {
  /** IPv4 address of its interface. */
  readonly ip: string;
  /** Length of the network's prefix in bits. */
  readonly prefix: number;
  /** Hardware address, six hexadecimal pairs with colons. Must be the one the VM's network device is given. */
  readonly mac: string;
  /** What it dirties from the start; without it, nothing. */
  readonly dirty?: Dirtying;
}

/** One count of the guest. `monotonicNs` is its own clock since it booted. */
export interface CounterRecord {
  readonly sequence: bigint;
  readonly boot: bigint;
  readonly monotonicNs: bigint;
  readonly previousCrc: number;
  readonly crc: number;
}

/** How many counts a disk of so many bytes holds before the oldest is overwritten. */
export function ringSectors(diskBytes: number): number {
  return diskBytes / sectorBytes - sector.ringFirst;
}

function sealed(bytes: Buffer): Buffer {
  bytes.writeUInt32LE(crc32(bytes.subarray(0, crcAt)), crcAt);
  return bytes;
}

function isSealed(bytes: Buffer, kind: string): boolean {
  return bytes.toString('latin1', 0, 8) === kind && crc32(bytes.subarray(0, crcAt)) === bytes.readUInt32LE(crcAt);
}

/**
 * The personality's sector.
 * @throws RangeError when the address or the hardware address is not one
 */
export function encodePersonality(personality: Personality, diskBytes: number): Buffer {
  const ip = personality.ip.split('.').map(Number);
  const mac = personality.mac.split(':').map((pair) => Number.parseInt(pair, 16));
  if (ip.length !== 4 || ip.some((byte) => !(byte >= 0 && byte <= 255))) {
    throw new RangeError(`not an IPv4 address: ${personality.ip}`);
  }
  if (mac.length !== 6 || mac.some((byte) => !(byte >= 0 && byte <= 255))) {
    throw new RangeError(`not a hardware address: ${personality.mac}`);
  }
  const bytes = Buffer.alloc(sectorBytes);
  bytes.write(magic.personality, 0, 'latin1');
  bytes.set(ip, 8);
  bytes.writeUInt8(personality.prefix, 12);
  bytes.set(mac, 14);
  bytes.writeUInt32LE(personality.dirty?.mibPerSecond ?? 0, 20);
  bytes.writeUInt32LE(personality.dirty?.workingSetMib ?? 0, 24);
  bytes.writeUInt32LE(ringSectors(diskBytes), 28);
  return sealed(bytes);
}

/** How many counts the guest that has this personality keeps, or `undefined` if the sector holds none. */
export function decodeRingSectors(bytes: Buffer): number | undefined {
  return isSealed(bytes, magic.personality) ? bytes.readUInt32LE(28) : undefined;
}

/** A count as the guest writes it. For tests: in the field only the guest writes them. */
export function encodeRecord(record: Omit<CounterRecord, 'crc'>): Buffer {
  const bytes = Buffer.alloc(sectorBytes);
  bytes.write(magic.record, 0, 'latin1');
  bytes.writeBigUInt64LE(record.sequence, 8);
  bytes.writeBigUInt64LE(record.boot, 16);
  bytes.writeBigUInt64LE(record.monotonicNs, 24);
  bytes.writeUInt32LE(record.previousCrc, 32);
  return sealed(bytes);
}

/** The count in a sector, or `undefined` if it holds none or a damaged one. */
export function decodeRecord(bytes: Buffer): CounterRecord | undefined {
  if (!isSealed(bytes, magic.record)) return undefined;
  return {
    sequence: bytes.readBigUInt64LE(8),
    boot: bytes.readBigUInt64LE(16),
    monotonicNs: bytes.readBigUInt64LE(24),
    previousCrc: bytes.readUInt32LE(32),
    crc: bytes.readUInt32LE(crcAt),
  };
}
