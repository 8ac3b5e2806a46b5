import type { HostReport, MigrationLimits, MigrationProgress, MigrationStateName, VmStatus } from '@ferry/domain';
import {
  auditPage,
  cancelAnswer,
  clusterList,
  decideAnswer,
  fleetPreflight,
  host,
  hostPage,
  hostReportAnswer,
  invitation,
  migrationDetail,
  migrationLimits,
  migrationPage,
  migrationQueue,
  preflightReport,
  resumeAnswer,
  steerAnswer,
  submittedMigration,
  virtualMachine,
  virtualMachinePage,
  type AuditEntry,
  type Cluster,
  type CreateClusterBody,
  type FleetPreflight,
  type ForceBody,
  type DecideBody,
  type Host,
  type HostReportAnswer,
  type InterventionBody,
  type Invitation,
  type InviteBody,
  type LiveEvent,
  type Migration,
  type MigrationDetail,
  type ResumeBody,
  type MigrationQueue,
  type PreflightBody,
  type PreflightReport,
  type RehearseBody,
  type SetLimitsBody,
  type StartVirtualMachineBody,
  type SubmitMigrationBody,
  type SubmittedMigration,
  type TuneBody,
  type VirtualMachine,
} from '@ferry/contracts/http';
import type { CancelAnswer, DecideAnswer, ResumeAnswer, SteerAnswer } from '@ferry/contracts';
import { eventStream, type EventOptions, type StreamStep } from './event-stream.ts';
import type { Page } from './every-item.ts';
import { path, Transport, type FerryClientOptions } from './transport.ts';

export interface PageOptions {
  /** What the page before gave as `nextCursor`. */
  cursor?: string | undefined;
  /** Items of a page, 1 to 200. */
  limit?: number | undefined;
}

export interface VirtualMachineFilter extends PageOptions {
  host?: string | undefined;
  status?: VmStatus | undefined;
}

export interface MigrationFilter extends PageOptions {
  state?: MigrationStateName | undefined;
  vm?: string | undefined;
  host?: string | undefined;
}

export interface AuditFilter extends PageOptions {
  migration?: string | undefined;
  vm?: string | undefined;
  order?: 'oldest-first' | 'newest-first' | undefined;
}

/**
 * The API, one method an address. Every method throws `FerryProblem` if the API refuses, `ApiUnreachable` if nothing
 * answers, and `UnexpectedAnswer` if what answers is not this API.
 */
export class FerryClient {
  readonly #transport: Transport;

  constructor(options: FerryClientOptions) {
    this.#transport = new Transport(options);
  }

  hosts(page: PageOptions = {}): Promise<Page<Host>> {
    return this.#transport.ask({ method: 'GET', path: '/hosts', query: { ...page } }, hostPage);
  }

  host(id: string): Promise<Host> {
    return this.#transport.ask({ method: 'GET', path: path`/hosts/${id}` }, host);
  }

  async clusters(): Promise<Cluster[]> {
    return (await this.#transport.ask({ method: 'GET', path: '/clusters' }, clusterList)).items;
  }

  createCluster(body: CreateClusterBody): Promise<void> {
    return this.#transport.tell({ method: 'POST', path: '/clusters', body });
  }

  removeCluster(name: string, body: InterventionBody = {}): Promise<void> {
    return this.#transport.tell({ method: 'POST', path: path`/clusters/${name}/remove`, body });
  }

  /** Lets a host join by a credential that `createCredential` has made. */
  inviteHost(cluster: string, body: InviteBody): Promise<Invitation> {
    return this.#transport.ask({ method: 'POST', path: path`/clusters/${cluster}/invitations`, body }, invitation);
  }

  /** Ends a host's membership, and what it was invited by. */
  dismissHost(host: string, body: InterventionBody = {}): Promise<void> {
    return this.#transport.tell({ method: 'POST', path: path`/hosts/${host}/dismiss`, body });
  }

  /** For agents: what is on the host now. Answers what the API takes it for. */
  reportHost(report: HostReport): Promise<HostReportAnswer> {
    const call = { method: 'PUT', path: path`/hosts/${report.host}/report`, body: report } as const;
    return this.#transport.ask(call, hostReportAnswer);
  }

  /** For agents: how transfers stand that leave the host. */
  reportProgress(id: string, progress: readonly MigrationProgress[]): Promise<void> {
    return this.#transport.tell({ method: 'POST', path: path`/hosts/${id}/progress`, body: { progress } });
  }

  virtualMachines(filter: VirtualMachineFilter = {}): Promise<Page<VirtualMachine>> {
    return this.#transport.ask({ method: 'GET', path: '/virtual-machines', query: { ...filter } }, virtualMachinePage);
  }

  virtualMachine(id: string): Promise<VirtualMachine> {
    return this.#transport.ask({ method: 'GET', path: path`/virtual-machines/${id}` }, virtualMachine);
  }

  /** Resolves once the guest runs. */
  startVirtualMachine(body: StartVirtualMachineBody): Promise<VirtualMachine> {
    return this.#transport.ask({ method: 'POST', path: '/virtual-machines', body }, virtualMachine);
  }

  /** Resolves once the guest has ended. */
  stopVirtualMachine(id: string, body: InterventionBody = {}): Promise<VirtualMachine> {
    return this.#transport.ask({ method: 'POST', path: path`/virtual-machines/${id}/stop`, body }, virtualMachine);
  }

  /** Whether, and where to, a VM could move. Nothing is touched. */
  preflight(id: string, body: PreflightBody = {}): Promise<PreflightReport> {
    return this.#transport.ask(
      { method: 'POST', path: path`/virtual-machines/${id}/preflight`, body },
      preflightReport,
    );
  }

  /** Whether, and where to, each VM that runs could move. Nothing is touched. */
  preflightAll(body: PreflightBody = {}): Promise<FleetPreflight> {
    return this.#transport.ask({ method: 'POST', path: '/preflight', body }, fleetPreflight);
  }

  /** With an `idempotencyKey`, a UUID that becomes the migration's id, asking again answers the same and starts nothing new. */
  submitMigration(
    body: SubmitMigrationBody,
    { idempotencyKey }: { idempotencyKey?: string | undefined } = {},
  ): Promise<SubmittedMigration> {
    const headers: Record<string, string> = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
    return this.#transport.ask({ method: 'POST', path: '/migrations', body, headers }, submittedMigration);
  }

  /** Copies memory as a migration does, and undoes it: the guest stays. It is seen and cancelled as a migration. */
  rehearse(body: RehearseBody): Promise<SubmittedMigration> {
    return this.#transport.ask({ method: 'POST', path: '/rehearsals', body }, submittedMigration);
  }

  /** The latest first. */
  migrations(filter: MigrationFilter = {}): Promise<Page<Migration>> {
    return this.#transport.ask({ method: 'GET', path: '/migrations', query: { ...filter } }, migrationPage);
  }

  migration(id: string): Promise<MigrationDetail> {
    return this.#transport.ask({ method: 'GET', path: path`/migrations/${id}` }, migrationDetail);
  }

  cancelMigration(id: string, body: InterventionBody = {}): Promise<CancelAnswer> {
    return this.#transport.ask({ method: 'POST', path: path`/migrations/${id}/cancel`, body }, cancelAnswer);
  }

  resumeMigration(id: string, body: ResumeBody = {}): Promise<ResumeAnswer> {
    return this.#transport.ask({ method: 'POST', path: path`/migrations/${id}/resume`, body }, resumeAnswer);
  }

  /** It copies memory and keeps it fresh, and is not switched over until it is released. */
  holdMigration(id: string, body: InterventionBody = {}): Promise<SteerAnswer> {
    return this.#transport.ask({ method: 'POST', path: path`/migrations/${id}/hold`, body }, steerAnswer);
  }

  releaseMigration(id: string, body: InterventionBody = {}): Promise<SteerAnswer> {
    return this.#transport.ask({ method: 'POST', path: path`/migrations/${id}/release`, body }, steerAnswer);
  }

  /** Switches over now, with a downtime (ms) that may be longer than the policy's. */
  forceMigration(id: string, body: ForceBody): Promise<SteerAnswer> {
    return this.#transport.ask({ method: 'POST', path: path`/migrations/${id}/force`, body }, steerAnswer);
  }

  /** Changes limits of the transfer while it runs. */
  tuneMigration(id: string, body: TuneBody): Promise<SteerAnswer> {
    return this.#transport.ask({ method: 'POST', path: path`/migrations/${id}/tune`, body }, steerAnswer);
  }

  /** Says whose the guest is, where no host can tell. Resolves once the host has done it. */
  decideMigration(id: string, body: DecideBody): Promise<DecideAnswer> {
    return this.#transport.ask({ method: 'POST', path: path`/migrations/${id}/decide`, body }, decideAnswer);
  }

  /** Who is under way, who waits and why. */
  queue(): Promise<MigrationQueue> {
    return this.#transport.ask({ method: 'GET', path: '/queue' }, migrationQueue);
  }

  /** Answers the limits that hold from now on. */
  setLimits(body: SetLimitsBody): Promise<MigrationLimits> {
    return this.#transport.ask({ method: 'PUT', path: '/limits', body }, migrationLimits);
  }

  audit(filter: AuditFilter = {}): Promise<Page<AuditEntry>> {
    return this.#transport.ask({ method: 'GET', path: '/audit', query: { ...filter } }, auditPage);
  }

  /** Live events, for ever, across interruptions: see `eventStream`. */
  async *events(options: EventOptions = {}): AsyncGenerator<LiveEvent, void> {
    for await (const step of this.follow(options)) {
      if (step.kind === 'history' || step.kind === 'progress') yield step;
    }
  }

  /** Live events together with what becomes of the connection, for whoever shows that. */
  follow(options: EventOptions = {}): AsyncGenerator<StreamStep, void> {
    return eventStream(this.#transport, options);
  }
}
