import { link, mkdir, open, stat, unlink, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { HandleRecord } from '@ferry/domain';

export type Swap = 'won' | 'lost';

/** A claim that lies on the witness already, synced, and lacks nothing but its name. */
export class Draft {
  readonly path: string;
  /** Where it lies: open, so that it can be synced. */
  readonly #folder: FileHandle;

  private constructor(path: string, folder: FileHandle) {
    this.path = path;
    this.#folder = folder;
  }

  /** Writes it, and makes the folder that it lies in where it is missing, but none above: a witness is never made anew. */
  static async write(path: string, record: HandleRecord): Promise<Draft> {
    const folder = dirname(path);
    await makeFolder(folder);
    await writeSynced(path, `${JSON.stringify(record)}\n`);
    return new Draft(path, await open(folder, 'r'));
  }

  /** Gives it the name that only one of all hosts' drafts can get. */
  async name(name: string): Promise<Swap> {
    try {
      await link(this.path, name);
    } catch (error) {
      // On NFS an answer can be lost: the link count tells who won.
      const links = await stat(this.path).then(({ nlink }) => nlink);
      if (links === 2) return 'won';
      if (codeOf(error) === 'EEXIST') return 'lost';
      throw error;
    }
    return 'won';
  }

  /** Returns when its name would survive a loss of power. */
  sync(): Promise<void> {
    return this.#folder.sync();
  }

  async remove(): Promise<void> {
    await unlink(this.path).finally(() => this.#folder.close());
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
