import { FerryError, type HostId, type HostReport, type MigrationProgress } from '@ferry/domain';
import { Injectable } from '@nestjs/common';
import { Records } from '../records.ts';
import { ProgressBoard } from './progress-board.ts';

@Injectable()
export class AgentReportsService {
  constructor(
    private readonly records: Records,
    private readonly board: ProgressBoard,
  ) {}

  /** Fails with `VALIDATION_FAILED` if the report is of another host. */
  async report(host: HostId, report: HostReport): Promise<void> {
    if (report.host !== host) throw ofAnotherHost(host, 'host');
    await this.records.hosts.report(report);
  }

  /** Fails with `VALIDATION_FAILED` if any of it is of another host. */
  progress(host: HostId, told: readonly MigrationProgress[]): void {
    const foreign = told.findIndex((progress) => progress.host !== host);
    if (foreign >= 0) throw ofAnotherHost(host, `progress.${foreign}.host`);
    for (const progress of told) this.board.tell(progress);
  }
}

function ofAnotherHost(host: HostId, field: string): FerryError {
  const message = `must be ${host}, as in the address`;
  return new FerryError('VALIDATION_FAILED', `${field} ${message}.`, { fields: [{ field, message }] });
}
