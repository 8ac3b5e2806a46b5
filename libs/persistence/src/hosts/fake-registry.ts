import { volumeOf, type ClusterName, type HostId, type HostReport, type VmId } from '@ferry/domain';
import { isDeepStrictEqual } from 'node:util';
import { decodeCursor, pageOf } from '../cursor.ts';
import { placeVirtualMachine, vanish } from '../virtual-machines/place-virtual-machine.ts';
import type { VirtualMachineRow } from '../virtual-machines/virtual-machine-schema.ts';
import type { VirtualMachineStore } from '../virtual-machines/virtual-machine-store.ts';
import { without } from '../without.ts';
import { isOutdated, statusOf, type HostRecord, type HostStore } from './host-store.ts';
import { NAME_CURSOR } from './postgres-host-store.ts';
import type { HostRow } from './host-schema.ts';

/** Hosts and their VMs in memory. A host falls silent when the test says so. */
export class FakeRegistry {
  readonly #hosts = new Map<HostId, HostRow>();
  readonly #vms = new Map<VmId, VirtualMachineRow>();

  /** Which cluster a host is a member of. */
  clusterOf: (host: HostId) => ClusterName | null = () => null;

  readonly hosts: HostStore = {
    report: (report, vouched) => {
      this.#report(report, vouched);
      return Promise.resolve();
    },
    find: (id) => Promise.resolve(this.#host(this.#hosts.get(id))),
    // eslint-disable-next-line @typescript-eslint/require-await -- a bad cursor must reject, not throw
    list: async ({ cursor, limit }) => {
      const [from = ''] = cursor === undefined ? [] : decodeCursor(cursor, NAME_CURSOR);
      const found = sorted(this.#hosts).filter((host) => host.id > from);
      const records = found.map((row) => this.#host(row)).filter((record) => record !== null);
      return pageOf(records, limit, (host) => [host.id]);
    },
  };

  readonly virtualMachines: VirtualMachineStore = {
    observe: (sighting) => {
      const { id } = sighting.copy.definition;
      this.#vms.set(id, placeVirtualMachine(this.#vms.get(id) ?? null, sighting));
      return Promise.resolve();
    },
    find: (id) => {
      const vm = this.#vms.get(id);
      return Promise.resolve(vm === undefined ? null : { ...vm, migration: null });
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- a bad cursor must reject, not throw
    list: async ({ host, status, cursor, limit }) => {
      const [from = ''] = cursor === undefined ? [] : decodeCursor(cursor, NAME_CURSOR);
      const found = sorted(this.#vms)
        .filter((vm) => vm.id > from && (host ?? vm.host) === vm.host && (status ?? vm.status) === vm.status)
        .map((vm) => ({ ...vm, migration: null }));
      return pageOf(found, limit, (vm) => [vm.id]);
    },
    usersOf: (volume) => {
      const uses = ({ definition }: VirtualMachineRow) =>
        definition.disks.some((disk) => isDeepStrictEqual(volumeOf(disk), volume));
      return Promise.resolve(sorted(this.#vms).flatMap((vm) => (uses(vm) ? { ...vm, migration: null } : [])));
    },
  };

  /** No report of this host has come for so long. */
  silence(id: HostId, silentMs: number): void {
    const host = this.#hosts.get(id);
    if (host) this.#hosts.set(id, { ...host, silentMs });
  }

  #report(report: HostReport, vouched: boolean): void {
    const { host: id, at } = report;
    if (isOutdated(report, this.#hosts.get(id) ?? null)) return;
    const told = without(without(without(report, 'host'), 'at'), 'virtualMachines');
    const row = { id, ...told, reportedAt: at, receivedAt: new Date().toISOString(), silentMs: 0, cluster: null };
    this.#hosts.set(id, row);
    if (!vouched) return;
    const reported = new Set(report.virtualMachines.map((copy) => copy.definition.id));
    for (const vm of this.#vms.values()) if (!reported.has(vm.id)) this.#vms.set(vm.id, vanish(vm, id, at));
    for (const copy of report.virtualMachines) void this.virtualMachines.observe({ host: id, at, copy });
  }

  #host(row: HostRow | undefined): HostRecord | null {
    if (row === undefined) return null;
    const virtualMachines = [...this.#vms.values()].filter((vm) => vm.host === row.id).length;
    return {
      ...without(without(row, 'receivedAt'), 'silentMs'),
      status: statusOf(row),
      virtualMachines,
      cluster: this.clusterOf(row.id),
    };
  }
}

function sorted<Row extends { id: string }>(rows: ReadonlyMap<string, Row>): Row[] {
  return [...rows.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
