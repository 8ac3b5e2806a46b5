import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Commands } from '../protocol.ts';
import { CommandError } from './command-error.ts';

/** A `tls-creds-psk` of a simulator. As with QEMU, who connects has read its key when it was added; who listens reads it when somebody comes. */
export interface Credentials {
  endpoint: 'client' | 'server';
  username: string;
  /** The key of that name, if it is there. */
  readonly keyOf: (username: string) => Buffer | null;
}

type ObjectAdd = Commands['object-add']['arguments'];

/** The objects that were added to a simulator at run time. */
export class AddedObjects {
  readonly #objects = new Map<string, Credentials | null>();

  add(args: ObjectAdd): void {
    const { id } = args;
    if (this.#objects.has(id))
      throw new CommandError(`attempt to add duplicate property '${id}' to object (type 'container')`);
    this.#objects.set(id, args['qom-type'] === 'tls-creds-psk' ? credentialsOf(args) : null);
  }

  remove(id: string): void {
    if (!this.#objects.delete(id)) throw new CommandError(`object '${id}' not found`);
  }

  /** The credentials of that name, for a stream; null where there are none. */
  credentials(id: string): Credentials | null {
    return this.#objects.get(id) ?? null;
  }
}

function credentialsOf(args: ObjectAdd): Credentials {
  const {
    endpoint = 'client',
    dir = '',
    username = 'qemu',
  } = args as { endpoint?: string; dir?: string; username?: string };
  if (endpoint === 'server') {
    // The file has to be there from the beginning.
    readKeys(dir);
    return { endpoint, username, keyOf: (name) => readKeys(dir).get(name) ?? null };
  }
  const key = readKeys(dir).get(username);
  if (!key) throw new CommandError(`Username ${username} not found in ${join(dir, 'keys.psk')}`);
  return { endpoint: 'client', username, keyOf: () => key };
}

function readKeys(dir: string): Map<string, Buffer> {
  const path = join(dir, 'keys.psk');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new CommandError(`Unable to access credentials ${path}: No such file or directory`);
  }
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const [username = '', key = ''] = line.split(':');
      return [username, Buffer.from(key, 'hex')];
    }),
  );
}
