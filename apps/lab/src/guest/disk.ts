import { open } from 'node:fs/promises';
import { encodePersonality, sector, sectorBytes } from './sectors.ts';
import type { Personality } from './sectors.ts';

export type { Personality } from './sectors.ts';

/**
 * Makes a guest's disk: a sparse raw image that carries its personality. Without one the guest waits for it, which
 * is how a warm state is saved.
 * @throws when the path already exists: a disk that has counted is never made anew by accident
 */
export async function createDisk(
  path: string,
  { bytes, personality }: { bytes: number; personality?: Personality },
): Promise<void> {
  const image = await open(path, 'wx', 0o600);
  try {
    await image.truncate(bytes);
    if (personality !== undefined) {
      await image.write(encodePersonality(personality, bytes), 0, sectorBytes, sector.personality * sectorBytes);
    }
    await image.sync();
  } finally {
    await image.close();
  }
}
