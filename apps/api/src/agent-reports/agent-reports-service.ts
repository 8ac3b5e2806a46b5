import { FerryError, type ClusterName, type HostId, type HostReport, type MigrationProgress } from '@ferry/domain';
import { Injectable } from '@nestjs/common';
import { Records } from '../records.ts';
import { ProgressBoard } from './progress-board.ts';

@Injectable()
export class AgentReportsService {
  /** What each member showed with its last report: progress comes in between, and must not wait for the records. */
  readonly #shown = new Map<HostId, string>();

  constructor(
    private readonly records: Records,
    private readonly board: ProgressBoard,
  ) {}

  /**
   * Answers which cluster the host is a member of. Of one that is none, its VMs are not believed.
   * Fails with `VALIDATION_FAILED` if the report is of another host, and with `CREDENTIAL_REFUSED`.
   */
  async report(host: HostId, report: HostReport, shown: string | null): Promise<ClusterName | null> {
    if (report.host !== host) throw ofAnotherHost(host, 'host');
    const cluster = await this.records.clusters.recognize(host, shown);
    if (cluster === null || shown === null) this.#shown.delete(host);
    else this.#shown.set(host, shown);
    await this.records.hosts.report(report, cluster !== null);
    return cluster;
  }

  /** Fails with `VALIDATION_FAILED` if any of it is of another host, and with `CREDENTIAL_REFUSED` unless a member tells it. */
  progress(host: HostId, told: readonly MigrationProgress[], shown: string | null): void {
    const foreign = told.findIndex((progress) => progress.host !== host);
    if (foreign >= 0) throw ofAnotherHost(host, `progress.${foreign}.host`);
    if (shown === null || this.#shown.get(host) !== shown) {
      throw new FerryError('CREDENTIAL_REFUSED', `Who tells this has not reported as the member ${host} lately.`);
    }
    for (const progress of told) this.board.tell(progress);
  }
}

function ofAnotherHost(host: HostId, field: string): FerryError {
  const message = `must be ${host}, as in the address`;
  return new FerryError('VALIDATION_FAILED', `${field} ${message}.`, { fields: [{ field, message }] });
}
