import { dhParameters, QmpClient, streamPriority } from '@ferry/qmp';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, closeSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../provision/run-command.ts';

/** What a QEMU that no agent knows is made of: the arguments of one that an agent has started, and what differs. */
export interface BareMachine {
  /** QEMU's arguments, with the program's name. */
  template: readonly string[];
  /** How its disk is named in the template's place: an image's file, or a LUN's target. */
  volume: string;
  mac: string;
  /** What the first of its processes goes on from; null where it boots. */
  savedState: string | null;
  folder: string;
  bridge: string;
  /** With the lab's mark: who kills the bench leaves it to be found. */
  environment: Readonly<Record<string, string>>;
}

/** A QEMU without Ferry, for comparison: the same binary, machine and guest, on the same networks. */
export class BareQemu {
  readonly namespace: string;
  readonly qmp: QmpClient;
  readonly #folder: string;
  readonly #ended: Promise<unknown>;
  readonly #tap: string;

  private constructor(namespace: string, qmp: QmpClient, folder: string, ended: Promise<unknown>, tap: string) {
    this.namespace = namespace;
    this.qmp = qmp;
    this.#folder = folder;
    this.#ended = ended;
    this.#tap = tap;
  }

  /** Starts one on a host, its CPUs standing still: the first of all, or one that waits for a migration. */
  static async start(
    machine: BareMachine,
    namespace: string,
    name: string,
    as: 'first' | 'destination',
  ): Promise<BareQemu> {
    const folder = join(machine.folder, name);
    mkdirSync(folder, { recursive: true });
    const tap = `bare-${name}`.slice(0, 15);
    await runCommand('ip', ['-n', namespace, 'tuntap', 'add', tap, 'mode', 'tap']);
    await runCommand('ip', ['-n', namespace, 'link', 'set', tap, 'master', machine.bridge, 'up']);
    const stderr = openSync(join(folder, 'stderr.log'), 'w');
    const state = as === 'first' && machine.savedState !== null ? openSync(machine.savedState, 'r') : null;
    const incoming = as === 'destination' ? 'defer' : state === null ? null : 'fd:3';
    const words = argumentsFor(machine, tap, incoming);
    const child = spawn('ip', ['netns', 'exec', namespace, 'nice', '-n', String(-getPriority()), ...words], {
      cwd: folder,
      env: machine.environment,
      // In a session of its own, as an agent's is: the kernel may share the CPUs out among sessions.
      detached: true,
      stdio: ['ignore', stderr, stderr, ...(state === null ? [] : [state])],
    });
    const ended = once(child, 'exit');
    closeSync(stderr);
    if (state !== null) closeSync(state);
    const qmp = await QmpClient.connect({ directory: folder, name: 'qmp.sock' });
    return new BareQemu(namespace, qmp, folder, ended, tap);
  }

  /** Gives it the key of an encrypted stream; answers the name of it, for `tls-creds`. */
  async giveKey(key: string, endpoint: 'server' | 'client'): Promise<string> {
    await writeFile(join(this.#folder, 'keys.psk'), `bare:${key}\n`, { mode: 0o600 });
    await writeFile(join(this.#folder, 'dh-params.pem'), dhParameters);
    const id = `stream-${endpoint}`;
    await this.qmp.execute('object-add', {
      ...{ 'qom-type': 'tls-creds-psk', id, endpoint, dir: this.#folder, priority: streamPriority },
      ...(endpoint === 'client' && { username: 'bare' }),
    });
    return id;
  }

  /** Ends it, and waits until it is gone. */
  async quit(): Promise<void> {
    await this.qmp.execute('quit');
    await this.#ended;
    await runCommand('ip', ['-n', this.namespace, 'link', 'delete', this.#tap]);
  }
}

function argumentsFor({ template, volume, mac }: BareMachine, tap: string, incoming: string | null): string[] {
  const words = template.map((word) =>
    word
      .replace(/ifname=[^,]+/, `ifname=${tap}`)
      .replace(/mac=[^,]+/, `mac=${mac}`)
      .replace(/("(?:filename|target)":")[^"]+/, `$1${volume}`),
  );
  const at = words.indexOf('-incoming');
  const rest = at < 0 ? words : words.toSpliced(at, 2);
  return incoming === null ? rest : [...rest, '-incoming', incoming];
}
