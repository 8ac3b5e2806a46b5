import {
  MIGRATION_QUEUE_ID,
  QUEUE_QUERY,
  SET_LIMITS_UPDATE,
  STATE_QUERY,
  type LimitsRequest,
  type MigrationSnapshot,
  type QueueSnapshot,
} from '@ferry/contracts';
import type { MigrationLimits, MigrationState, VmId } from '@ferry/domain';
import type { WorkflowHandle } from '@temporalio/client';
import { expect } from 'vitest';
import { HeldTransfers } from './held-transfers.ts';
import { StandInHosts, type RunningMigration } from './stand-in-hosts.ts';

const PATIENCE = { timeout: 30_000, interval: 100 };

/** Stand-in hosts whose transfers a test holds, and the queue as people see it. */
export class QueueUnderTest {
  readonly hosts: StandInHosts;
  readonly transfers: HeldTransfers;

  private constructor(hosts: StandInHosts, transfers: HeldTransfers) {
    this.hosts = hosts;
    this.transfers = transfers;
  }

  static async start(): Promise<QueueUnderTest> {
    const transfers = new HeldTransfers();
    return new QueueUnderTest(await StandInHosts.start(transfers.activities), transfers);
  }

  /** Starts a migration that finds its place at once. */
  async moving(vm: VmId): Promise<RunningMigration> {
    const migration = await this.hosts.migrate({ vm });
    await this.begun(vm);
    return migration;
  }

  /** Starts a migration that has to wait. */
  async queued(vm: VmId, asked: Parameters<StandInHosts['migrate']>[0] = {}): Promise<RunningMigration> {
    const migration = await this.hosts.migrate({ vm, ...asked });
    await expect.poll(() => this.state(migration), PATIENCE).toMatchObject({ state: 'queued' });
    return migration;
  }

  /** Waits until a VM's memory moves. */
  async begun(vm: VmId): Promise<void> {
    await expect.poll(() => this.transfers.underWay, PATIENCE).toContain(vm);
  }

  /** Lets a VM's transfer end, and waits until its migration has completed. */
  async completes(migration: WorkflowHandle, vm: VmId): Promise<void> {
    await this.begun(vm);
    this.transfers.release(vm);
    await expect(migration.result()).resolves.toMatchObject({ state: 'completed' });
  }

  async state(migration: WorkflowHandle): Promise<MigrationState> {
    return (await migration.query<MigrationSnapshot>(STATE_QUERY)).state;
  }

  async setLimits(limits: Partial<MigrationLimits>): Promise<MigrationLimits> {
    const request: LimitsRequest = { limits, actor: 'ada', reason: 'a test' };
    return this.handle.executeUpdate<MigrationLimits, [LimitsRequest]>(SET_LIMITS_UPDATE, { args: [request] });
  }

  async snapshot(): Promise<QueueSnapshot> {
    return this.handle.query<QueueSnapshot>(QUEUE_QUERY);
  }

  /** The VMs under way, and those that wait, in their order. */
  async line(): Promise<{ inFlight: VmId[]; waiting: VmId[] }> {
    const { inFlight, waiting } = await this.snapshot();
    return { inFlight: inFlight.map(({ vm }) => vm), waiting: waiting.map(({ vm }) => vm) };
  }

  get handle(): WorkflowHandle {
    return this.hosts.client.workflow.getHandle(MIGRATION_QUEUE_ID);
  }
}
