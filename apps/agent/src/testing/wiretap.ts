import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** Somebody on the way to a destination, who passes on everything and keeps a copy. */
export interface Wiretap {
  /** Where the source has to connect instead. */
  uri: string;
  /** What the source has sent so far. */
  heard(): Buffer;
}

/** @param uri where the destination listens: `tcp:host:port` */
export async function wiretap(uri: string): Promise<Wiretap> {
  const [, host, port] = uri.split(':');
  const heard: Buffer[] = [];
  const server = createServer((fromSource) => {
    const toDestination = connect(Number(port), host);
    fromSource.on('data', (chunk: Buffer) => heard.push(chunk));
    fromSource.pipe(toDestination).pipe(fromSource);
    for (const [end, other] of [
      [fromSource, toDestination],
      [toDestination, fromSource],
    ] as const)
      end.on('error', () => other.destroy()).on('close', () => other.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  return { uri: `tcp:127.0.0.1:${(server.address() as AddressInfo).port}`, heard: () => Buffer.concat(heard) };
}
