import type { HostReport, VirtualMachineDefinition, VirtualMachineReport } from '@ferry/domain';

export function definitionOf(id: string): VirtualMachineDefinition {
  return {
    id,
    uuid: '6f1c1f34-3d3a-4f0e-9d52-0d7c3c0c2f11',
    machine: { type: 'q35', options: {} },
    cpu: { model: 'qemu64', count: 1 },
    memoryKiB: 131_080,
    disks: [],
    networks: [],
  };
}

export function copyOf(id: string, told: Partial<Omit<VirtualMachineReport, 'definition'>> = {}): VirtualMachineReport {
  return { definition: definitionOf(id), status: 'running', owner: 'host-a', generation: 1, ...told };
}

export function reportOf(host: string, at: string, virtualMachines: VirtualMachineReport[] = []): HostReport {
  return {
    host,
    at,
    agentVersion: '0.1.0',
    hypervisor: { type: 'simulator', version: '7.2.0', accelerator: 'tcg' },
    cpu: { vendor: 'AuthenticAMD', count: 4 },
    memory: { totalBytes: 8 * 1024 ** 3, freeBytes: 4 * 1024 ** 3 },
    migrationAddress: '127.0.0.1',
    networks: ['lan'],
    virtualMachines,
  };
}
