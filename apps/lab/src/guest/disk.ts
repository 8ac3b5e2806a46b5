import { open } from 'node:fs/promises';
import { imageFrame, type DiskFormat } from './image-frame.ts';
import { encodePersonality, sector, sectorBytes } from './sectors.ts';
import type { Personality } from './sectors.ts';

export type { Dirtying, Personality } from './sectors.ts';

/**
 * Makes a guest's disk: a sparse image that carries its personality. Without one the guest waits for it, which
 * is how a warm state is saved.
 * @throws when the path already exists: a disk that has counted is never made anew by accident
 */
export async function createDisk(
  path: string,
  { bytes, personality, format = 'raw' }: { bytes: number; personality?: Personality; format?: DiskFormat },
): Promise<void> {
  const image = await open(path, 'wx', 0o600);
  try {
    const { before, after } = imageFrame(format, bytes);
    await image.write(before, 0, before.length, 0);
    await image.truncate(before.length + bytes);
    await image.write(after, 0, after.length, before.length + bytes);
    if (personality !== undefined) {
      const at = before.length + sector.personality * sectorBytes;
      await image.write(encodePersonality(personality, bytes), 0, sectorBytes, at);
    }
    await image.sync();
  } finally {
    await image.close();
  }
}
