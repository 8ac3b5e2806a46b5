import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';

/** From here on (`ip_local_port_range`) the kernel gives ports to connections that go out, and to who asks for any. */
const firstGivenAway = 32_768;
const firstOfOurs = 20_000;

/**
 * A TCP port of the loopback that nobody listens on: the preferred one if it is free. Another is none that the kernel
 * gives away by itself, so that it is still free when its server starts.
 */
export async function freePort(preferred = randomInt(firstOfOurs, firstGivenAway)): Promise<number> {
  const server = createServer();
  server.listen(preferred, '127.0.0.1');
  try {
    await once(server, 'listening');
    return preferred;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return await freePort();
    throw error;
  } finally {
    await closed(server);
  }
}

/** Whether somebody listens on a port of the loopback. One that somebody else's connection goes out by is not meant. */
export async function isListening(port: number): Promise<boolean> {
  const probe = connect(port, '127.0.0.1');
  try {
    await once(probe, 'connect');
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') return false;
    throw error;
  } finally {
    probe.destroy();
  }
}

async function closed(server: Server): Promise<void> {
  if (!server.listening) return;
  server.close();
  await once(server, 'close');
}
