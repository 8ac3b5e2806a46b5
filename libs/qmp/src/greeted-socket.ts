import { once } from 'node:events';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { QmpBusy, QmpClosed, QmpProtocolError } from './errors.ts';
import { type JsonObject, JsonLines } from './framing.ts';
import { reachUnixSocket } from './reach-unix-socket.ts';

export type ConnectOptions = ({ socketPath: string } | { directory: string; name: string }) & {
  /** Milliseconds for all of it: until the socket is there, accepts, greets. Default 5000. */
  timeoutMs?: number;
  signal?: AbortSignal;
};

export interface GreetedSocket {
  socket: Socket;
  lines: JsonLines;
  /** QEMU offers to run some commands out of band. */
  outOfBand: boolean;
  /** What came in one piece with the greeting. */
  surplus: JsonObject[];
}

/** A socket that is not there yet, or refuses, gives nothing to wait on but time. */
const retryMs = 2;

/** A connection to QEMU whose greeting has come: see `QmpClient.connect` for its errors. */
export async function greetedSocket(options: ConnectOptions): Promise<GreetedSocket> {
  const { timeoutMs = 5_000, signal } = options;
  const path = 'socketPath' in options ? options.socketPath : join(options.directory, options.name);
  const deadline = AbortSignal.timeout(timeoutMs);
  const ended = signal ? AbortSignal.any([signal, deadline]) : deadline;
  let failure: Error = new QmpClosed(`nothing listens on ${path}`);
  while (!ended.aborted) {
    try {
      const socket = await reachUnixSocket(path);
      return await greeting(socket, path, ended);
    } catch (error) {
      if (error instanceof QmpProtocolError) throw error;
      failure = tellApart(error as NodeJS.ErrnoException, path);
    }
    // An abort ends the pause, and the loop by its condition.
    await pause(retryMs, undefined, { signal: ended }).catch(() => undefined);
  }
  signal?.throwIfAborted();
  throw failure;
}

async function greeting(socket: Socket, path: string, ended: AbortSignal): Promise<GreetedSocket> {
  const lines = new JsonLines();
  try {
    for (;;) {
      const [chunk] = (await Promise.race([
        once(socket, 'data', { signal: ended }),
        once(socket, 'close', { signal: ended }).then(() => {
          throw new QmpClosed(`${path} closed before it greeted`);
        }),
      ])) as [Buffer];
      const [first, ...surplus] = lines.push(chunk);
      if (!first) continue;
      const greeting = first['QMP'] as { capabilities: string[] } | undefined;
      if (!greeting) throw new QmpProtocolError(`${path} does not greet as QMP does`);
      return { socket, lines, outOfBand: greeting.capabilities.includes('oob'), surplus };
    }
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function tellApart(error: NodeJS.ErrnoException, path: string): Error {
  if (error.name === 'AbortError' || error.code === 'EAGAIN') {
    return new QmpBusy(`${path} does not greet: another client holds it, or QEMU is stopped`, { cause: error });
  }
  return new QmpClosed(`nothing answers on ${path}`, { cause: error });
}
