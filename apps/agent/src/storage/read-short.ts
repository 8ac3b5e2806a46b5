import { open } from 'node:fs/promises';

/**
 * A file of not more than so many bytes, in as few steps as can be: each is a way to a thread and back, and a guest may
 * be waiting. For the same reason nobody waits until it is closed; `closing` may give that a turn of its own.
 */
export async function readShort(
  path: string,
  mostBytes: number,
  closing: (close: () => Promise<void>) => Promise<void> = (close) => close(),
): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(mostBytes), 0, mostBytes, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    closing(() => file.close()).catch(() => undefined);
  }
}
