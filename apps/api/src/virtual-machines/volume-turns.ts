import { volumeOf, type DiskDefinition } from '@ferry/domain';

/** Deeds on a volume go one after another, so that each sees what the one before it has come to. */
export class VolumeTurns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Does it when all that was begun on any of these disks' volumes is over. */
  async take<T>(disks: readonly DiskDefinition[], deed: () => Promise<T>): Promise<T> {
    const volumes = disks.map((disk) => JSON.stringify(volumeOf(disk)));
    const before = volumes.flatMap((volume) => this.#last.get(volume) ?? []);
    const mine = Promise.allSettled(before).then(deed);
    for (const volume of volumes) this.#last.set(volume, mine);
    try {
      return await mine;
    } finally {
      for (const volume of volumes) if (this.#last.get(volume) === mine) this.#last.delete(volume);
    }
  }
}
