import type {
  CancelAnswer,
  DecideAnswer,
  DecideRequest,
  ForceRequest,
  MigrationSnapshot,
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
  type Outlook,
  type Request,
  type Standing,
  type TransferPrediction,
  type VmId,
} from '@ferry/domain';
import type { MigrationListRequest, MigrationRecord, MigrationRow, Page } from '@ferry/persistence';
import { transferPrediction } from '@ferry/contracts/http';
import { Injectable } from '@nestjs/common';
import { ProgressBoard } from '../agent-reports/progress-board.ts';
import { Engine } from '../engine/engine.ts';
import { QueueService } from '../queue/queue-service.ts';
import { Records } from '../records.ts';

export type MigrationView = MigrationRecord &
  Pick<MigrationSnapshot, 'testimonies'> & {
    progress: MigrationProgress | null;
    queue: Standing | null;
    outlook: Outlook | null;
    prediction: TransferPrediction | null;
  };

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
  async get(id: MigrationId): Promise<MigrationView> {
    const found = await this.records.migrations.find(id);
    if (found === null) throw new FerryError('MIGRATION_UNKNOWN', `There is no migration ${id}.`);
    const [queue, snapshot] = await Promise.all([
      found.state === 'queued' ? this.queue.standingOf(id) : null,
      isTerminal(found.state) ? null : this.#snapshot(id, found.vm),
    ]);
    const { outlook = null, testimonies = [] } = snapshot ?? {};
    return { ...found, progress: this.board.last(id), queue, outlook, testimonies, prediction: predictionOf(found) };
  }

  async decide(id: MigrationId, request: DecideRequest): Promise<DecideAnswer> {
    return this.engine.decide(id, await this.#vmOf(id), request);
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

  /** What the engine says of it now; null where it does not answer, or the migration has ended meanwhile. */
  async #snapshot(id: MigrationId, vm: VmId): Promise<MigrationSnapshot | null> {
    try {
      return await this.engine.snapshot(id, vm);
    } catch (error) {
      if (error instanceof FerryError) return null;
      throw error;
    }
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

/** It travels in the details of the phase. */
function predictionOf({ phases }: MigrationRecord): TransferPrediction | null {
  const details = phases.find(({ phase }) => phase === 'transfer-memory')?.details;
  return transferPrediction.safeParse(details?.['prediction']).data ?? null;
}
