import { open } from 'node:fs/promises';
import type { SharedStorage } from './shared-storage.ts';

/**
 * A file of not more than so many bytes on the storage, in as few steps as can be: each is a way to a thread and back, and
 * a guest may be waiting. The caller has its turn there already; closing takes one of its own, and nobody waits for it.
 */
export async function readShort(path: string, mostBytes: number, storage: SharedStorage): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(mostBytes), 0, mostBytes, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    // Nothing was written, so how it is closed says nothing of what was read.
    storage.reach(() => file.close(), { always: true }).catch(() => undefined);
  }
}
