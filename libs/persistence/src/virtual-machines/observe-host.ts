import type { HostReport, VmId } from '@ferry/domain';
import { In, type EntityManager } from 'typeorm';
import { placeVirtualMachine, vanish } from './place-virtual-machine.ts';
import { virtualMachineSchema, type VirtualMachineRow } from './virtual-machine-schema.ts';

/** Brings the VMs up to date with what a host reports, and no longer reports. */
export async function observeHost(manager: EntityManager, report: HostReport): Promise<void> {
  const { host, at } = report;
  const copies = new Map(report.virtualMachines.map((copy) => [copy.definition.id, copy]));
  const known = await lockVirtualMachines(manager, [...copies.keys()], host);
  const changed = [...known.values()].map((vm) => {
    const copy = copies.get(vm.id);
    return copy === undefined ? vanish(vm, host, at) : placeVirtualMachine(vm, { host, at, copy });
  });
  const added = [...copies.values()]
    .filter((copy) => !known.has(copy.definition.id))
    .map((copy) => placeVirtualMachine(null, { host, at, copy }));
  const update = changed.filter((vm) => known.get(vm.id) !== vm);
  if (update.length > 0) await manager.upsert(virtualMachineSchema, update, ['id']);
  if (added.length > 0) await insertUnlessThere(manager, added);
}

/** Rows of these VMs, and of those on `host`, locked to the transaction's end, always in the same order. */
export async function lockVirtualMachines(
  manager: EntityManager,
  ids: readonly VmId[],
  host?: string,
): Promise<Map<VmId, VirtualMachineRow>> {
  const rows = await manager.find(virtualMachineSchema, {
    where: [{ id: In([...ids]) }, ...(host === undefined ? [] : [{ host }])],
    order: { id: 'ASC' },
    lock: { mode: 'pessimistic_write' },
  });
  return new Map(rows.map((row) => [row.id, row]));
}

/** Another host may just have reported the same new VM: its word stands until the next report, a second later. */
export async function insertUnlessThere(manager: EntityManager, rows: readonly VirtualMachineRow[]): Promise<void> {
  await manager
    .createQueryBuilder()
    .insert()
    .into(virtualMachineSchema)
    .values([...rows].sort((a, b) => (a.id < b.id ? -1 : 1)))
    .orIgnore()
    .execute();
}
