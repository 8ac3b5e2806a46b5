import type { VirtualNetworks } from '../../network/port.ts';
import { runCommand } from '../../network/run-command.ts';

/**
 * Breaks all connections of this host to where a destination listens, past the process that holds them.
 * @param uri `tcp:host:port`
 */
export async function breakConnections(networks: Pick<VirtualNetworks, 'inside'>, uri: string): Promise<void> {
  const [, host, port] = /^tcp:(.+):(\d+)$/.exec(uri) ?? [];
  if (host === undefined || port === undefined) throw new Error(`${uri} is no address of a destination`);
  const [program = '', ...args] = networks.inside(['ss', '--kill', '--tcp', 'dst', host, 'dport', '=', port]);
  await runCommand(program, args);
}
