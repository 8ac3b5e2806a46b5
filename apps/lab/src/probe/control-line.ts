import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * Sends one line to the guest's control port.
 * @returns the line it answers
 * @throws when it does not answer within five seconds
 */
export async function controlLine(host: string, port: number, line: string): Promise<string> {
  const socket = connect({ host, port });
  socket.setTimeout(5_000, () => socket.destroy(new Error(`the guest does not answer "${line}"`)));
  try {
    socket.write(`${line}\n`);
    const lines = createInterface(socket);
    const failed = once(socket, 'close').then(() => Promise.reject(new Error('the guest closed the control session')));
    const [answer] = (await Promise.race([once(lines, 'line'), failed])) as [string];
    failed.catch(() => undefined);
    return answer;
  } finally {
    socket.destroy();
  }
}
