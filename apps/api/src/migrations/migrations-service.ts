import type { CancelAnswer, ResumeAnswer } from '@ferry/contracts';
import {
  FerryError,
  isTerminal,
  type MigrationId,
  type MigrationProgress,
  type Request,
  type Standing,
  type VmId,
} from '@ferry/domain';
import type { MigrationListRequest, MigrationRecord, MigrationRow, Page } from '@ferry/persistence';
import { Injectable } from '@nestjs/common';
import { ProgressBoard } from '../agent-reports/progress-board.ts';
import { Engine } from '../engine/engine.ts';
import { QueueService } from '../queue/queue-service.ts';
import { Records } from '../records.ts';

@Injectable()
export class MigrationsService {
  constructor(
    private readonly records: Records,
    private readonly engine: Engine,
    private readonly board: ProgressBoard,
    private readonly queue: QueueService,
  ) {}

  list(request: MigrationListRequest): Promise<Page<MigrationRow>> {
    return this.records.migrations.list(request);
  }

  /** Fails with `MIGRATION_UNKNOWN`. */
  async get(
    id: MigrationId,
  ): Promise<MigrationRecord & { progress: MigrationProgress | null; queue: Standing | null }> {
    const found = await this.records.migrations.find(id);
    if (found === null) throw new FerryError('MIGRATION_UNKNOWN', `There is no migration ${id}.`);
    const queue = found.state === 'queued' ? await this.queue.standingOf(id) : null;
    return { ...found, progress: this.board.last(id), queue };
  }

  async cancel(id: MigrationId, request: Request): Promise<CancelAnswer> {
    return this.engine.cancel(id, await this.#vmOf(id), request);
  }

  async resume(id: MigrationId, request: Request): Promise<ResumeAnswer> {
    return this.engine.resume(id, await this.#vmOf(id), request);
  }

  /** The VM of a migration under way; null where the records can't tell, so that the engine has to be asked. */
  async #vmOf(id: MigrationId): Promise<VmId | null> {
    const found = await this.records.migrations.find(id).catch((error: unknown) => {
      if (error instanceof FerryError && error.code === 'RECORDS_UNAVAILABLE') return null;
      throw error;
    });
    if (found !== null && isTerminal(found.state)) {
      throw new FerryError('MIGRATION_ENDED', `The migration is ${found.state}.`);
    }
    return found?.vm ?? null;
  }
}
