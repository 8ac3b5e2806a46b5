import type { QueueSnapshot } from '@ferry/contracts';
import { FerryError, type MigrationId, type MigrationLimits, type Request, type Standing } from '@ferry/domain';
import { Injectable } from '@nestjs/common';
import { Engine } from '../engine/engine.ts';

@Injectable()
export class QueueService {
  constructor(private readonly engine: Engine) {}

  /** Fails with `QUEUE_UNAVAILABLE`. */
  queue(): Promise<QueueSnapshot> {
    return this.engine.queue();
  }

  /** Answers the limits that hold from now on. Fails with `QUEUE_UNAVAILABLE`. */
  setLimits(limits: Partial<MigrationLimits>, { actor, reason }: Request): Promise<MigrationLimits> {
    return this.engine.setLimits({ limits, actor, reason });
  }

  /** Where a migration stands; null where it does not wait, or nobody can tell at present. */
  async standingOf(id: MigrationId): Promise<Standing | null> {
    const queue = await this.engine.queue().catch((error: unknown) => {
      if (error instanceof FerryError && error.code !== 'INTERNAL') return null;
      throw error;
    });
    const found = queue?.waiting.find(({ migration }) => migration === id);
    return found === undefined ? null : { position: found.position, reason: found.reason };
  }
}
