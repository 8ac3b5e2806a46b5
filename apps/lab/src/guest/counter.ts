import { readFile } from 'node:fs/promises';
import { imageFrame, type DiskFormat } from './image-frame.ts';
import { decodeRecord, decodeRingSectors, magic, sector, sectorBytes } from './sectors.ts';
import type { CounterRecord } from './sectors.ts';

/** What a disk tells about the guest that counted on it. */
export interface CounterReport {
  /** The newest count; 0 before the first. */
  readonly sequence: number;
  /** How often a guest booted from this disk. One, if it was only ever moved. */
  readonly boots: number;
  /** Counts that were checked, from the newest back. */
  readonly checked: number;
  /** The longest time between two counts of one boot, by the guest's own clock, in milliseconds. */
  readonly longestPauseMs: number;
  /** True when nothing speaks against one writer that only ever went forward. */
  readonly whole: boolean;
  readonly problems: string[];
}

// A guest that runs while its image is read may overwrite this many of the oldest counts.
const readWhileRunning = 64;

/**
 * Reads a guest's disk, also while the guest runs, and proves from it that the guest never forked and never went
 * back: the counts form one chain, each naming its predecessor's checksum.
 * @throws when the image can't be read
 */
export async function readCounter(imagePath: string, format: DiskFormat = 'raw'): Promise<CounterReport> {
  const image = await readFile(imagePath);
  // What it lacks behind the disk's bytes nobody looks at.
  return examineCounter(image.subarray(imageFrame(format, image.length).before.length));
}

/** The same for a disk's bytes already in memory. */
export function examineCounter(image: Buffer): CounterReport {
  const at = (index: number) => image.subarray(index * sectorBytes, (index + 1) * sectorBytes);
  const problems: string[] = [];
  const ring = decodeRingSectors(at(sector.personality));
  const newest = decodeRecord(at(sector.newest));
  if (ring === undefined) problems.push('the disk carries no personality');
  const fork = at(sector.fork).toString('latin1');
  if (fork.startsWith(magic.fork))
    problems.push(`the guest found another writer: ${fork.slice(9, fork.indexOf('\n'))}`);
  if (newest === undefined) problems.push('the newest count is missing or damaged');
  if (ring === undefined || newest === undefined) {
    return { sequence: 0, boots: 0, checked: 0, longestPauseMs: 0, whole: false, problems };
  }
  const chain = walkBack(newest, ring, (index) => decodeRecord(at(sector.ringFirst + index)), problems);
  return {
    sequence: Number(newest.sequence),
    boots: Number(newest.boot),
    ...chain,
    whole: problems.length === 0,
    problems,
  };
}

function walkBack(
  newest: CounterRecord,
  ring: number,
  recordAt: (index: number) => CounterRecord | undefined,
  problems: string[],
): { checked: number; longestPauseMs: number } {
  let longestPauseNs = 0n;
  let checked = 0;
  let successor: CounterRecord | undefined;
  const oldest = newest.sequence - BigInt(ring - readWhileRunning);
  for (let sequence = newest.sequence; sequence > 0n && sequence > oldest; sequence--) {
    const record = recordAt(Number(sequence % BigInt(ring)));
    const problem =
      record === undefined ? 'is missing or damaged' : breakBetween(record, sequence, successor ?? newest);
    if (record === undefined || problem !== undefined) {
      problems.push(`count ${sequence.toString()} ${problem ?? ''}`);
      break;
    }
    if (successor?.boot === record.boot) {
      const pause = successor.monotonicNs - record.monotonicNs;
      if (pause > longestPauseNs) longestPauseNs = pause;
    }
    successor = record;
    checked++;
  }
  return { checked, longestPauseMs: Number(longestPauseNs / 1_000_000n) };
}

function breakBetween(record: CounterRecord, sequence: bigint, successor: CounterRecord): string | undefined {
  if (record.sequence !== sequence) return `is count ${record.sequence.toString()} instead`;
  // The newest count is its own copy in the ring.
  if (successor.sequence === sequence) return record.crc === successor.crc ? undefined : 'differs from the newest';
  if (successor.previousCrc !== record.crc) return 'is not the one its successor was written after';
  if (record.boot > successor.boot) return 'is of a later boot than its successor';
  if (record.boot === successor.boot && record.monotonicNs >= successor.monotonicNs)
    return 'is not older than its successor';
  if (sequence === 1n && record.previousCrc !== 0) return 'names a predecessor';
  return undefined;
}
