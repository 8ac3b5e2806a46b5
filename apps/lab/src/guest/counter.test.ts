import { describe, expect, it } from 'vitest';
import { examineCounter } from './counter.ts';
import { decodeRecord, encodePersonality, encodeRecord, ringSectors, sector, sectorBytes } from './sectors.ts';

const bytes = 128 * 1024;
const ring = ringSectors(bytes);
const personality = encodePersonality({ ip: '10.77.0.21', prefix: 24, mac: '52:54:00:00:00:21' }, bytes);

function put(image: Buffer, index: number, content: Buffer): void {
  content.copy(image, index * sectorBytes);
}

/** An image on which a guest counted `counts` times, booting anew before each of `bootsAt`. */
function counted(counts: number, bootsAt: number[] = []): Buffer {
  const image = Buffer.alloc(bytes);
  put(image, sector.personality, personality);
  let previousCrc = 0;
  let boot = 1n;
  for (let n = 1; n <= counts; n++) {
    if (bootsAt.includes(n)) boot++;
    const record = encodeRecord({ sequence: BigInt(n), boot, monotonicNs: BigInt(n) * 50_000_000n, previousCrc });
    put(image, sector.ringFirst + (n % ring), record);
    put(image, sector.newest, record);
    previousCrc = decodeRecord(record)?.crc ?? 0;
  }
  return image;
}

describe('the counter on a guest’s disk', () => {
  it('is whole when one guest counted, also after the ring went round', () => {
    expect(examineCounter(counted(30))).toMatchObject({ sequence: 30, boots: 1, checked: 30, whole: true });
    expect(examineCounter(counted(3 * ring))).toMatchObject({ sequence: 3 * ring, whole: true, longestPauseMs: 50 });
  });

  it('is whole across a boot, and says how many there were', () => {
    expect(examineCounter(counted(30, [11, 21]))).toMatchObject({ boots: 3, checked: 30, whole: true });
  });

  it('is whole when the guest stopped between the ring and the newest sector', () => {
    const image = counted(31);
    put(image, sector.newest, image.subarray((sector.ringFirst + 30) * sectorBytes).subarray(0, sectorBytes));
    expect(examineCounter(image)).toMatchObject({ sequence: 30, whole: true });
  });

  it('is not whole before the first count or without a personality', () => {
    expect(examineCounter(counted(0))).toMatchObject({ sequence: 0, whole: false });
    expect(examineCounter(Buffer.alloc(bytes)).problems).toHaveLength(2);
  });

  it('shows a guest that went back: two counts of one number', () => {
    const image = counted(30);
    const again = encodeRecord({ sequence: 20n, boot: 1n, monotonicNs: 1_000_500_000n, previousCrc: 7 });
    put(image, sector.ringFirst + 20, again);
    expect(examineCounter(image).problems).toEqual(['count 20 is not the one its successor was written after']);
  });

  it('shows a lost count', () => {
    const image = counted(30);
    put(image, sector.ringFirst + 12, Buffer.alloc(sectorBytes));
    expect(examineCounter(image).problems).toEqual(['count 12 is missing or damaged']);
  });

  it('shows a newest sector that is another writer’s', () => {
    const image = counted(30);
    put(image, sector.newest, encodeRecord({ sequence: 30n, boot: 1n, monotonicNs: 1n, previousCrc: 7 }));
    expect(examineCounter(image).problems).toEqual(['count 30 differs from the newest']);
  });

  it('shows the mark of a guest that found another writer', () => {
    const image = counted(30);
    image.write('FERRYFRK wrote sequence 3 of boot 1, found sequence 4 of boot 1\n', sector.fork * sectorBytes);
    expect(examineCounter(image).problems).toEqual([
      'the guest found another writer: wrote sequence 3 of boot 1, found sequence 4 of boot 1',
    ]);
  });
});
