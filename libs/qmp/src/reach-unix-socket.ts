import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

/** What `sockaddr_un` can hold, less the closing zero. */
const longestSocketPath = 107;

/**
 * Connects to a UNIX socket wherever it lies: a path too long for `sockaddr_un` is reached through an open descriptor
 * of its directory. Rejects with the system's error (`ENOENT`, `ECONNREFUSED`, `EAGAIN` when the queue is full).
 */
export async function reachUnixSocket(path: string): Promise<Socket> {
  if (Buffer.byteLength(path) <= longestSocketPath) return established(connect(path));
  const directory = await open(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    return await established(connect(`/proc/self/fd/${directory.fd}/${basename(path)}`));
  } finally {
    await directory.close();
  }
}

async function established(socket: Socket): Promise<Socket> {
  try {
    await once(socket, 'connect');
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}
