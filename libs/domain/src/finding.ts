import type { HostId } from './identifiers.ts';

/** What preflight can find. Each has a severity and a remedy here, and nowhere else. */
export const FINDINGS = {
  VM_NOT_RUNNING_HERE: {
    severity: 'error',
    title: 'The VM does not run at the source',
    remedy: 'Start the VM, or name the host on which it runs.',
  },
  HANDLE_NOT_HELD: {
    severity: 'error',
    title: 'The source does not hold the storage handle',
    remedy: 'Look at the VM’s record on the witness; only the host named there may run it.',
  },
  MIGRATION_BLOCKED: {
    severity: 'error',
    title: 'A device of the VM cannot be migrated',
    remedy: 'Detach the named device, or shut the VM down to move it.',
  },
  JOB_IN_PROGRESS: {
    severity: 'error',
    title: 'A block job or another migration is in progress',
    remedy: 'Wait until it has ended, or cancel it.',
  },
  MEMORY_SIZE_UNSAFE: {
    severity: 'warning',
    title: 'Under TCG this memory size can lose dirty pages',
    remedy: 'Give the VM a size that is not a multiple of 256 KiB, such as 131080 KiB.',
  },
  CPU_MANUFACTURER_DIFFERS: {
    severity: 'error',
    title: 'The processors are of different manufacturers',
    remedy: 'Choose a host whose processors are of the same manufacturer.',
  },
  CPU_MODEL_UNAVAILABLE: {
    severity: 'error',
    title: 'The destination cannot run the guest’s CPU model',
    remedy: 'Choose another host, or give the VM a CPU model that both hosts have.',
  },
  MACHINE_TYPE_UNKNOWN: {
    severity: 'error',
    title: 'The destination does not know the machine type',
    remedy: 'Upgrade the hypervisor of the destination.',
  },
  HYPERVISOR_OLDER: {
    severity: 'error',
    title: 'The hypervisor of the destination is older',
    remedy: 'Upgrade the hypervisor of the destination.',
  },
  HYPERVISOR_DIFFERS: {
    severity: 'error',
    title: 'The hosts have different hypervisors',
    remedy: 'Choose a host with the same hypervisor.',
  },
  MEMORY_SHORT: {
    severity: 'error',
    title: 'The destination has too little free memory',
    remedy: 'Free memory there, or choose another host.',
  },
  NETWORK_MISSING: {
    severity: 'error',
    title: 'A virtual network of the VM does not exist at the destination',
    remedy: 'Create the network there under the same name.',
  },
  DISK_UNREACHABLE: {
    severity: 'error',
    title: 'A disk of the VM cannot be reached from the destination',
    remedy: 'Give the destination access to the storage pool.',
  },
  WITNESS_UNREACHABLE: {
    severity: 'error',
    title: 'The witness cannot be reached',
    remedy: 'Mount the witness folder on this host, readable and writable.',
  },
  COPY_ALREADY_THERE: {
    severity: 'error',
    title: 'A copy of the VM already exists at the destination',
    remedy: 'Find out what it is before you remove it: the record on the witness says who owns the VM.',
  },
  CHECK_FAILED: {
    severity: 'error',
    title: 'A check could not be made',
    remedy: 'See the facts for the cause; nothing has been assumed.',
  },
} as const satisfies Record<string, { severity: Severity; title: string; remedy: string }>;

export type Severity = 'error' | 'warning';
export type FindingCode = keyof typeof FINDINGS;

/** One thing that preflight found, with the facts that led to it. */
export interface Finding {
  code: FindingCode;
  severity: Severity;
  host: HostId;
  /** What was seen, in a sentence. */
  facts: string;
}

export function finding(code: FindingCode, host: HostId, facts: string): Finding {
  return { code, severity: FINDINGS[code].severity, host, facts };
}

export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((each) => each.severity === 'error');
}
