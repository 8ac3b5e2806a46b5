import type { HostId, VmId } from '@ferry/domain';
import { Context } from '@temporalio/activity';
import type { HostActivities } from './stand-in-hosts.ts';

const HEARTBEAT_MS = 1_000;

/** Transfers of memory that go on until a test lets them end. */
export class HeldTransfers {
  /** The VMs whose memory moves, in the order in which that began. */
  readonly underWay: VmId[] = [];
  /** The VMs whose memory has begun to move, in that order. */
  readonly begun: VmId[] = [];
  readonly #counts = new Map<string, number>();
  readonly #release = new Map<VmId, () => void>();

  /** What the hosts have to be started with. */
  readonly activities: Pick<HostActivities, 'transferMemory'> = {
    transferMemory: async ({ vm, source, destination }) => {
      const startedAt = new Date().toISOString();
      const beat = setInterval(() => Context.current().heartbeat(), HEARTBEAT_MS);
      const released = new Promise<void>((resolve) => this.#release.set(vm, resolve));
      this.begun.push(vm);
      this.underWay.push(vm);
      this.#count([`from ${source}`, `to ${destination}`, 'in all'], 1);
      try {
        await Promise.race([released, Context.current().cancelled]);
      } finally {
        clearInterval(beat);
        this.underWay.splice(this.underWay.indexOf(vm), 1);
        this.#count([`from ${source}`, `to ${destination}`, 'in all'], -1);
      }
      const result = { rounds: 2, transferredBytes: 1_000 };
      return { host: source, attempts: 1, startedAt, finishedAt: new Date().toISOString(), result };
    },
  };
  /** The most that ever were under way at once: `from host-a`, `to host-b`, `in all`. */
  readonly most = new Map<string, number>();

  release(vm: VmId): void {
    this.#release.get(vm)?.();
  }

  mostFrom(host: HostId): number {
    return this.most.get(`from ${host}`) ?? 0;
  }

  #count(places: string[], change: number): void {
    for (const place of places) {
      const count = (this.#counts.get(place) ?? 0) + change;
      this.#counts.set(place, count);
      this.most.set(place, Math.max(count, this.most.get(place) ?? 0));
    }
  }
}
