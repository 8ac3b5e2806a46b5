import type { SubmittedMigration } from '@ferry/contracts/http';
import {
  FerryError,
  policyOf,
  type HostId,
  type MigrationEvent,
  type MigrationId,
  type MigrationPolicy,
  type Priority,
  type VmId,
} from '@ferry/domain';
import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { Engine } from '../engine/engine.ts';
import { HostsService } from '../hosts/hosts-service.ts';
import { Log } from '../logging.ts';
import { Records } from '../records.ts';
import { IDEMPOTENCY_HEADER } from '../requests/idempotency-key.ts';
import { Turns } from '../requests/turns.ts';
import { VirtualMachinesService } from '../virtual-machines/virtual-machines-service.ts';

export interface SubmitRequest {
  vm: VmId;
  destination: HostId;
  reason: string | null;
  /** What is left out is the VM's own, or the default. */
  policy: Partial<MigrationPolicy>;
  hold: boolean;
  priority: Priority;
  dryRun: boolean;
  /** The guest is to stay where it is. */
  rehearsal?: boolean;
}

@Injectable()
export class SubmitService {
  readonly #turns = new Turns();

  constructor(
    private readonly records: Records,
    private readonly engine: Engine,
    private readonly hosts: HostsService,
    private readonly virtualMachines: VirtualMachinesService,
    private readonly log: Log,
  ) {}

  /** Starts a migration; with a key that was used already it answers the migration that was started then. */
  submit(asked: SubmitRequest, actor: string, key: MigrationId | null): Promise<SubmittedMigration> {
    // A dry run starts nothing that the key could be of.
    if (key === null || asked.dryRun) return this.#submit(asked, actor, null);
    return this.#turns.take([key], async () => {
      return (await this.#submittedBefore(key, asked)) ?? (await this.#submit(asked, actor, key));
    });
  }

  async #submit(asked: SubmitRequest, actor: string, key: MigrationId | null): Promise<SubmittedMigration> {
    const { source, policy } = await this.#check(asked);
    const { vm, destination, hold, priority, reason, dryRun, rehearsal = false } = asked;
    const submitted = { vm, source, destination, policy, priority };
    if (dryRun) {
      if (await this.engine.isMoving(vm)) throw new FerryError('VM_ALREADY_MOVING', `${vm} is being moved.`);
      return { dryRun, id: null, ...submitted };
    }
    const migration = key ?? uuid();
    const requestedAt = new Date().toISOString();
    await this.engine.startMigration({
      migration,
      ...submitted,
      request: { actor, reason },
      requestedAt,
      hold,
      rehearsal,
    });
    await this.#record({
      ...{ migration, vm, sequence: 1, at: requestedAt },
      ...{ type: 'requested', actor, reason, source, destination, policy, priority, ...(rehearsal && { rehearsal }) },
    });
    return { dryRun, id: migration, ...submitted };
  }

  async #submittedBefore(key: MigrationId, asked: SubmitRequest): Promise<SubmittedMigration | null> {
    const known = await this.records.migrations.find(key);
    if (known === null) return null;
    const { id, vm, source, destination, policy, priority } = known;
    const alike = (known.rehearsal !== null) === (asked.rehearsal === true);
    if (alike && vm === asked.vm && destination === asked.destination) {
      return { dryRun: false, id, vm, source, destination, policy, priority };
    }
    const message = `was used to ${known.rehearsal === null ? 'move' : 'rehearse'} ${vm} to ${destination}`;
    const fields = [{ field: IDEMPOTENCY_HEADER, message }];
    throw new FerryError('VALIDATION_FAILED', `${IDEMPOTENCY_HEADER} ${message}.`, { fields });
  }

  /** Holds the request against what is known of the cluster; answers the source, and the policy that it comes to. */
  async #check({ vm: id, destination, policy }: SubmitRequest): Promise<{ source: HostId; policy: MigrationPolicy }> {
    const vm = await this.virtualMachines.find(id, 'vm');
    await this.hosts.get(destination, 'destination');
    const source = await this.virtualMachines.placeOf(vm, 'vm');
    if (source === destination) {
      const fields = [{ field: 'destination', message: 'must be another host than the VM’s' }];
      throw new FerryError('SAME_HOST', `${id} already runs on ${destination}.`, { fields });
    }
    const from = await this.hosts.getMember(source, 'vm');
    const to = await this.hosts.getMember(destination, 'destination');
    if (from.cluster === to.cluster) return { source, policy: policyOf(policy, vm.definition.policy) };
    const fields = [{ field: 'destination', message: `must be a member of ${from.cluster}, as ${source} is` }];
    const detail = `${source} is a member of ${from.cluster}, and ${destination} of ${to.cluster}.`;
    throw new FerryError('NOT_IN_CLUSTER', detail, { fields });
  }

  /** So that the migration can be read at once. Its workflow records the same again, for as long as it takes. */
  async #record(requested: MigrationEvent): Promise<void> {
    try {
      await this.records.migrations.recordEvents([requested]);
    } catch (error) {
      this.log.warn({ err: error, migration: requested.migration }, 'left to the workflow: recording the request');
    }
  }
}
