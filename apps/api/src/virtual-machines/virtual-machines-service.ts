import {
  FerryError,
  volumeOf,
  withAddresses,
  type DiskDefinition,
  type HostId,
  type VirtualMachineDefinition,
  type VmId,
} from '@ferry/domain';
import type { HostRecord, Page, VirtualMachineListRequest, VirtualMachineRecord } from '@ferry/persistence';
import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { Engine } from '../engine/engine.ts';
import { HostsService } from '../hosts/hosts-service.ts';
import { Records } from '../records.ts';
import { Turns } from '../requests/turns.ts';

export interface StartRequest {
  definition: VirtualMachineDefinition;
  host: HostId;
  savedState: string | null;
}

/** A VM as it is shown. */
export type VirtualMachineView = VirtualMachineRecord & { memoryKiB: number; cpuCount: number };

@Injectable()
export class VirtualMachinesService {
  readonly #turns = new Turns();

  constructor(
    private readonly records: Records,
    private readonly engine: Engine,
    private readonly hosts: HostsService,
  ) {}

  async list(request: VirtualMachineListRequest): Promise<Page<VirtualMachineView>> {
    const { items, nextCursor } = await this.records.virtualMachines.list(request);
    return { items: items.map(view), nextCursor };
  }

  /** Fails with `VM_UNKNOWN`. */
  async get(id: VmId): Promise<VirtualMachineView> {
    return view(await this.find(id, 'id'));
  }

  /** Fails with `VM_UNKNOWN`, naming the field that named the VM. */
  async find(id: VmId, field: string): Promise<VirtualMachineRecord> {
    const vm = await this.records.virtualMachines.find(id);
    if (vm !== null) return vm;
    const message = 'is the name of no VM';
    throw new FerryError('VM_UNKNOWN', `No host has reported a VM ${id}.`, { fields: [{ field, message }] });
  }

  /** Where the VM runs. Fails with `VM_NOT_RUNNING`, or `VM_ALREADY_MOVING` where it only seems not to. */
  async placeOf(vm: VirtualMachineRecord, field: string): Promise<HostId> {
    if (vm.host !== null && (vm.status === 'running' || vm.status === 'paused')) return vm.host;
    const fields = [{ field, message: `names a VM that is ${vm.status}` }];
    if (await this.engine.isMoving(vm.id)) {
      throw new FerryError('VM_ALREADY_MOVING', `${vm.id} is being moved, started or stopped.`, { fields });
    }
    throw new FerryError('VM_NOT_RUNNING', `${vm.id} is ${vm.status}.`, { fields });
  }

  /** Starts a VM, or lets one go on that stands still there. Fails with `VM_ALREADY_THERE` or `VOLUME_IN_USE`. */
  start(request: StartRequest, actor: string): Promise<VirtualMachineView> {
    const volumes = request.definition.disks.map((disk) => JSON.stringify(volumeOf(disk)));
    return this.#turns.take(volumes, () => this.#start(request, actor));
  }

  async stop(id: VmId, actor: string, reason: string | null): Promise<VirtualMachineView> {
    const { definition, ...vm } = await this.find(id, 'id');
    const host = await this.hosts.getUp(await this.placeOf({ definition, ...vm }, 'id'), 'id');
    const deed = { action: 'virtual-machine.stop', actor, vm: id, host: host.id };
    const why = reason === null ? {} : { reason };
    await this.#tell(deed, 'accepted', why);
    const { generation } = await this.engine.stopVirtualMachine({ vm: id, host: host.id });
    const copy = { definition, status: 'stopped', owner: null, generation } as const;
    await this.records.virtualMachines.observe({ host: host.id, at: new Date().toISOString(), copy });
    await this.#tell(deed, 'done', { generation, ...why });
    return this.get(id);
  }

  async #start({ definition, host: hostId, savedState }: StartRequest, actor: string): Promise<VirtualMachineView> {
    const host = await this.hosts.getMember(hostId, 'host');
    checkNetworks(definition, host);
    const known = await this.records.virtualMachines.find(definition.id);
    if (known !== null && known.status !== 'stopped' && !standsStill(known, definition, host)) {
      const fields = [{ field: 'definition.id', message: `names a VM that is ${known.status}` }];
      throw new FerryError('VM_ALREADY_THERE', `${definition.id} is ${known.status} on ${known.host ?? 'no host'}.`, {
        fields,
      });
    }
    await this.#demandFreeVolumes(definition, host);
    const deed = { action: 'virtual-machine.start', actor, vm: definition.id, host: host.id };
    await this.#tell(deed, 'accepted', {});
    const { generation } = await this.engine.startVirtualMachine({ definition, host: host.id, savedState });
    const copy = { definition, status: 'running', owner: host.id, generation } as const;
    await this.records.virtualMachines.observe({ host: host.id, at: new Date().toISOString(), copy });
    await this.#tell(deed, 'done', { generation });
    return this.get(definition.id);
  }

  async #demandFreeVolumes(definition: VirtualMachineDefinition, host: HostRecord): Promise<void> {
    const using = definition.disks.map(async (disk, at) =>
      (await this.#othersOn(disk, definition.id, host)).map((vm) => ({ vm, field: `definition.disks.${at}` })),
    );
    const found = (await Promise.all(using)).flat();
    if (found.length === 0) return;
    const detail = found.map(({ vm }) => `${vm.id} is ${vm.status} on ${vm.host ?? 'no host'}`).join('; ');
    const fields = found.map(({ vm, field }) => ({ field, message: `lies on a volume of ${vm.id}` }));
    throw new FerryError('VOLUME_IN_USE', `${detail}.`, { fields });
  }

  /** An image is another one in another cluster's pool; a LUN is the same wherever it is reached from. */
  async #othersOn(disk: DiskDefinition, id: VmId, { cluster }: HostRecord): Promise<VirtualMachineRecord[]> {
    const users = await this.records.virtualMachines.usersOf(volumeOf(disk));
    const others = users.filter((vm) => vm.id !== id && vm.status !== 'stopped');
    if (disk.kind !== 'image') return others;
    const clusterOf = async ({ host }: VirtualMachineRecord) =>
      (host === null ? null : await this.records.hosts.find(host))?.cluster ?? cluster;
    const clusters = await Promise.all(others.map(clusterOf));
    return others.filter((_, at) => clusters[at] === cluster);
  }

  /** That it was asked for is told before it is begun: whatever is away when it has been done, who wanted it is known. */
  #tell(
    deed: { action: string; actor: string; vm: VmId; host: HostId },
    outcome: 'accepted' | 'done',
    details: Record<string, unknown>,
  ): Promise<void> {
    const at = new Date().toISOString();
    return this.records.audit.record([{ at, ...deed, outcome, migration: null, sequence: null, details }]);
  }
}

function view(vm: VirtualMachineRecord): VirtualMachineView {
  return { ...vm, memoryKiB: vm.definition.memoryKiB, cpuCount: vm.definition.cpu.count };
}

/** It is there, paused or stopped by its hypervisor, and just as it is to be. */
function standsStill(known: VirtualMachineRecord, definition: VirtualMachineDefinition, host: HostRecord): boolean {
  if (known.status !== 'paused' || known.host !== host.id) return false;
  // One that has moved has had the addresses of its devices written down.
  return isDeepStrictEqual(withAddresses(known.definition), withAddresses(definition));
}

function checkNetworks(definition: VirtualMachineDefinition, host: HostRecord): void {
  const fields = definition.networks.flatMap(({ network }, at) =>
    host.networks.includes(network)
      ? []
      : [{ field: `definition.networks.${at}.network`, message: `must be one of ${host.networks.join(', ')}` }],
  );
  if (fields.length > 0) throw new FerryError('NETWORK_UNKNOWN', `${host.id} lacks a network of the VM.`, { fields });
}
