import type { HostId, Instant, VirtualMachineDefinition, VmId, VmStatus } from '@ferry/domain';
import { defineTable } from '../define-table.ts';
import { instantColumn } from '../instant-column.ts';

/** A VM: where its guest is, by the copy that the record on the witness says is it. */
export interface VirtualMachineRow {
  id: VmId;
  status: VmStatus;
  /** The host on which the guest is; null while it is nowhere, or nobody knows. */
  host: HostId | null;
  owner: HostId | null;
  generation: number;
  definition: VirtualMachineDefinition;
  reportedAt: Instant;
}

export const virtualMachineSchema = defineTable<VirtualMachineRow>({
  name: 'VirtualMachine',
  tableName: 'virtual_machines',
  columns: {
    id: { type: 'text', primary: true, primaryKeyConstraintName: 'virtual_machines_pkey' },
    status: { type: 'text' },
    host: { type: 'text', nullable: true },
    owner: { type: 'text', nullable: true },
    generation: { type: 'integer' },
    definition: { type: 'jsonb' },
    reportedAt: { ...instantColumn, name: 'reported_at' },
  },
  indices: [{ name: 'virtual_machines_host_idx', columns: ['host'] }],
});
