import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FerryError } from '@ferry/domain';
import { dhParameters, streamPriority } from '@ferry/qmp';
import type { StreamSecret } from '../port.ts';
import type { Monitor } from './monitor.ts';

/** QEMU's object with the key of a stream. A transfer that names it and finds it missing is refused: nothing goes in plain text by mistake. */
export const credentialsId = 'ferry-stream';
/** The name under which QEMU looks for keys. */
const keyFile = 'keys.psk';
const username = 'ferry';

/** One QEMU's end of an encrypted stream: TLS with a key that both ends have beforehand, without certificates. */
export class StreamCredentials {
  readonly #monitor: Monitor;
  readonly #folder: string;

  /** @param folder the VM's, which nobody else can read */
  constructor(monitor: Monitor, folder: string) {
    this.#monitor = monitor;
    this.#folder = folder;
  }

  /** Gives QEMU the secret. One that listens reads the file only when the other end comes; one that connects, now. */
  async give(secret: StreamSecret, endpoint: 'server' | 'client'): Promise<void> {
    const file = join(this.#folder, keyFile);
    await Promise.all([
      writeFile(file, `${username}:${secret}\n`, { mode: 0o600 }),
      endpoint === 'server' && writeFile(join(this.#folder, 'dh-params.pem'), dhParameters),
    ]);
    const gone = this.#removeObject();
    const given = this.#monitor.execute('object-add', {
      ...{ 'qom-type': 'tls-creds-psk', id: credentialsId, endpoint, dir: this.#folder, priority: streamPriority },
      ...(endpoint === 'client' && { username }),
    });
    await Promise.all([gone, given]);
    if (endpoint === 'client') await rm(file);
  }

  /** Takes the secret away again. */
  async remove(): Promise<void> {
    await Promise.all([rm(join(this.#folder, keyFile), { force: true }), this.#removeObject()]);
  }

  async #removeObject(): Promise<void> {
    try {
      await this.#monitor.execute('object-del', { id: credentialsId });
    } catch (error) {
      // It was not there.
      if (!(error instanceof FerryError && error.code === 'HYPERVISOR_FAILED')) throw error;
    }
  }
}
