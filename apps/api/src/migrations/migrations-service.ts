import type {
  CancelAnswer,
  ForceRequest,
  ResumeAnswer,
  ResumeRequest,
  SteerAnswer,
  TuneRequest,
} from '@ferry/contracts';
import {
  FerryError,
  isTerminal,
  type MigrationId,
  type MigrationProgress,
  type Request,
  type VmId,
} from '@ferry/domain';
import type { MigrationListRequest, MigrationRecord, MigrationRow, Page } from '@ferry/persistence';
import { Injectable } from '@nestjs/common';
import { ProgressBoard } from '../agent-reports/progress-board.ts';
import { Engine } from '../engine/engine.ts';
import { Records } from '../records.ts';

@Injectable()
export class MigrationsService {
  constructor(
    private readonly records: Records,
    private readonly engine: Engine,
    private readonly board: ProgressBoard,
  ) {}

  list(request: MigrationListRequest): Promise<Page<MigrationRow>> {
    return this.records.migrations.list(request);
  }

  /** Fails with `MIGRATION_UNKNOWN`. */
  async get(id: MigrationId): Promise<MigrationRecord & { progress: MigrationProgress | null }> {
    const found = await this.records.migrations.find(id);
    if (found === null) throw new FerryError('MIGRATION_UNKNOWN', `There is no migration ${id}.`);
    return { ...found, progress: this.board.last(id) };
  }

  async cancel(id: MigrationId, request: Request): Promise<CancelAnswer> {
    return this.engine.cancel(id, await this.#vmOf(id), request);
  }

  async resume(id: MigrationId, request: ResumeRequest): Promise<ResumeAnswer> {
    return this.engine.resume(id, await this.#vmOf(id), request);
  }

  async hold(id: MigrationId, request: Request): Promise<SteerAnswer> {
    return this.engine.hold(id, await this.#vmOf(id), request);
  }

  async release(id: MigrationId, request: Request): Promise<SteerAnswer> {
    return this.engine.release(id, await this.#vmOf(id), request);
  }

  async force(id: MigrationId, request: ForceRequest): Promise<SteerAnswer> {
    return this.engine.force(id, await this.#vmOf(id), request);
  }

  async tune(id: MigrationId, request: TuneRequest): Promise<SteerAnswer> {
    return this.engine.tune(id, await this.#vmOf(id), request);
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
