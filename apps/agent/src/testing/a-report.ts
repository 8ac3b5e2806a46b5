import type { HostReport } from '@ferry/domain';

/** What a host without VMs tells of itself. */
export const A_REPORT: HostReport = {
  host: 'host-a',
  at: '2026-01-01T00:00:00.000Z',
  agentVersion: '1.0.0',
  hypervisor: { type: 'qemu', version: '7.2.0', accelerator: 'tcg' },
  cpu: { vendor: 'GenuineIntel', count: 2 },
  memory: { totalBytes: 1000, freeBytes: 500 },
  migrationAddress: '127.0.0.1',
  networks: ['fabric'],
  virtualMachines: [],
};
