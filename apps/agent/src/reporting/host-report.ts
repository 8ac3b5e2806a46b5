import { ownerOf, type HandleRecord, type HostReport, type VirtualMachineReport, type VmId } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';

type Parts = Pick<AgentServices, 'host' | 'hardware' | 'hypervisor' | 'networks' | 'witness'>;

/** What this host is and has now. A VM whose record can't be read is left with no owner, not out. */
export async function hostReport(
  parts: Parts,
  about: { version: string; migrationAddress: string },
): Promise<HostReport> {
  const { host, hardware, hypervisor, networks } = parts;
  const [facts, virtualMachines] = await Promise.all([
    hypervisor.facts(),
    Promise.all(hypervisor.list().map((vm) => machineReport(parts, vm))),
  ]);
  return {
    host,
    at: new Date().toISOString(),
    agentVersion: about.version,
    hypervisor: { type: facts.type, version: facts.version, accelerator: facts.accelerator },
    cpu: { vendor: hardware.cpuVendor(), count: hardware.cpuCount() },
    memory: hardware.memory(),
    migrationAddress: about.migrationAddress,
    networks: [...networks.names],
    virtualMachines: virtualMachines.filter((report) => report !== null),
  };
}

async function machineReport({ host, hypervisor, witness }: Parts, vm: VmId): Promise<VirtualMachineReport | null> {
  const definition = hypervisor.definitionOf(vm);
  // Ended meanwhile.
  if (!definition) return null;
  const nobody: HandleRecord | null = null;
  const [status, record] = await Promise.all([hypervisor.status(vm), witness.read(vm).catch(() => nobody)]);
  const owner = ownerOf(record);
  // It may run by the record, and nobody has said so: paused, as it came here.
  const shown = status === 'settled' && owner === host ? 'paused' : status;
  return { definition, status: shown, owner, generation: record?.generation ?? 0 };
}
