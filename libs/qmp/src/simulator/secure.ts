import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect, createSecureContext, TLSSocket } from 'node:tls';
import type { Credentials } from './credentials.ts';
import { MigrationFailure } from './faults.ts';

/** Node's way to a key that both ends have beforehand is that of TLS 1.2. */
const protocol = {
  ciphers: 'ECDHE-PSK-CHACHA20-POLY1305',
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.2',
} as const;

/** Makes a TLS stream of a connection, with the key of the credentials. Throws `MigrationFailure` where the other end does not have it. */
export async function secure(socket: Socket, credentials: Credentials): Promise<Socket> {
  const stream = credentials.endpoint === 'client' ? asClient(socket, credentials) : asServer(socket, credentials);
  try {
    await once(stream, credentials.endpoint === 'client' ? 'secureConnect' : 'secure');
    return stream;
  } catch (error) {
    stream.destroy();
    throw new MigrationFailure(`TLS handshake failed: ${(error as Error).message}`);
  }
}

function asClient(socket: Socket, { username, keyOf }: Credentials): TLSSocket {
  return connect({
    ...protocol,
    socket,
    pskCallback: () => ({ identity: username, psk: keyOf(username) ?? Buffer.alloc(0) }),
    // There are no certificates that could name somebody.
    checkServerIdentity: () => undefined,
  });
}

function asServer(socket: Socket, { keyOf }: Credentials): TLSSocket {
  return new TLSSocket(socket, {
    isServer: true,
    secureContext: createSecureContext(protocol),
    pskCallback: (_: TLSSocket, identity: string) => keyOf(identity),
  } as ConstructorParameters<typeof TLSSocket>[1]);
}
