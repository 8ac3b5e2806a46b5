import type { HostId } from './identifiers.ts';

/** What preflight can find: how bad it is, how it is found out, and what to do about it. Nowhere else. */
export const FINDINGS = {
  VM_NOT_RUNNING_HERE: {
    severity: 'error',
    title: 'The VM does not run at the source',
    checked: 'The hypervisor of the source is asked for the state of its copy.',
    remedy: 'Start the VM, or name the host on which it runs.',
  },
  HANDLE_NOT_HELD: {
    severity: 'error',
    title: 'The source does not hold the storage handle',
    checked: 'The VM’s record is read from the witness.',
    remedy: 'Look at the VM’s record on the witness; only the host named there may run it.',
  },
  MIGRATION_BLOCKED: {
    severity: 'error',
    title: 'A device of the VM cannot be migrated',
    checked: 'QEMU is asked what blocks a migration.',
    remedy: 'Detach the named device, or shut the VM down to move it.',
  },
  DEVICE_NOT_MOVABLE: {
    severity: 'error',
    title: 'A device of the VM cannot be built at another host',
    checked:
      'The running hypervisor is asked for all devices, also those that were plugged in by hand, and for what disks and network interfaces are connected to.',
    remedy: 'Detach the named device, or shut the VM down to move it.',
  },
  JOB_IN_PROGRESS: {
    severity: 'error',
    title: 'A block job or another migration is in progress',
    checked: 'QEMU is asked for its jobs, and whether a migration is under way.',
    remedy: 'Wait until it has ended, or cancel it.',
  },
  MEMORY_SIZE_UNSAFE: {
    severity: 'warning',
    title: 'Under TCG this memory size can lose dirty pages',
    checked: 'The size is looked at where the accelerator is TCG.',
    remedy: 'Give the VM a size that is not a multiple of 256 KiB, such as 131080 KiB.',
  },
  NOT_IN_CLUSTER: {
    severity: 'error',
    title: 'The hosts are not members of one cluster',
    checked: 'Both hosts say which cluster they are members of, as the API last told them.',
    remedy: 'Choose a host of the source’s cluster, or invite it there: `ferry cluster invite CLUSTER HOST`.',
  },
  TRANSFER_OUTRUN: {
    severity: 'warning',
    title: 'The guest changes its memory faster than it can be sent',
    checked:
      'Where preflight is asked for alone, QEMU measures for a second what the guest changes; the passes of a transfer are reckoned with that and the policy.',
    remedy:
      'Expect the migration to be given up, unless it comes in a quieter hour, has more bandwidth or a longer downtime, or the policy “must-complete”.',
  },
  CPU_MANUFACTURER_DIFFERS: {
    severity: 'error',
    title: 'The processors are of different manufacturers',
    checked: 'Both hosts’ processors are asked who made them.',
    remedy: 'Choose a host whose processors are of the same manufacturer.',
  },
  CPU_MODEL_UNAVAILABLE: {
    severity: 'error',
    title: 'The destination cannot run the guest’s CPU model',
    checked:
      'QEMU at the destination is asked which features of the model it cannot give: QEMU itself would not notice.',
    remedy: 'Choose another host, or give the VM a CPU model that both hosts have.',
  },
  MACHINE_TYPE_UNKNOWN: {
    severity: 'error',
    title: 'The destination does not know the machine type',
    checked:
      'QEMU at the destination is asked for its machine types, and the running VM for its own, with its version.',
    remedy: 'Upgrade the hypervisor of the destination.',
  },
  HYPERVISOR_OLDER: {
    severity: 'error',
    title: 'The hypervisor of the destination is older',
    checked: 'Both hypervisors are asked for their version; the patch level does not count.',
    remedy: 'Upgrade the hypervisor of the destination.',
  },
  HYPERVISOR_DIFFERS: {
    severity: 'error',
    title: 'The hosts have different hypervisors',
    checked: 'Both hosts say what their hypervisor is.',
    remedy: 'Choose a host with the same hypervisor.',
  },
  AGENTS_DIFFER: {
    severity: 'error',
    title: 'The agents of the two hosts can’t move a VM between them',
    checked: 'Both agents tell the number of the protocol by which they hand a guest over.',
    remedy: 'Run the same release of the agent on both hosts; it can be exchanged while guests run.',
  },
  MEMORY_SHORT: {
    severity: 'error',
    title: 'The destination has too little free memory',
    checked:
      'The guest’s memory and what QEMU needs beside it are held against what the kernel says is available, less what the VMs that are there, or on their way there, have not taken yet.',
    remedy: 'Free memory there, or choose another host.',
  },
  NETWORK_MISSING: {
    severity: 'error',
    title: 'A virtual network of the VM does not exist at the destination',
    checked: 'Each of the VM’s networks is looked up by name, and its bridge in the kernel.',
    remedy: 'Create the network there under the same name.',
  },
  NETWORK_MTU_DIFFERS: {
    severity: 'error',
    title: 'A virtual network of the VM carries smaller packets at the destination',
    checked: 'The MTU of each network’s bridge is read at both hosts.',
    remedy: 'Give the bridge the same MTU at both hosts; the guest goes on sending packets of the size it knows.',
  },
  MAC_IN_USE: {
    severity: 'error',
    title: 'Another VM at the destination has a MAC address of this one',
    checked: 'The addresses of all VMs at the destination are compared with the VM’s.',
    remedy: 'Give one of the two another address: on one network they would take each other’s packets.',
  },
  MIGRATION_ADDRESS_UNREACHABLE: {
    severity: 'error',
    title: 'The source does not reach the destination’s migration address',
    checked:
      'The destination listens on its migration address, on a port as for a stream, and the source connects to it by the way that the stream would take. They exchange words that nobody else has; it is tried twice.',
    remedy:
      'Look at the migration network between the two hosts, at firewalls, and at the destination’s setting FERRY_MIGRATION_ADDRESS.',
  },
  POOL_DIFFERS: {
    severity: 'error',
    title: 'The two hosts have different storage pools',
    checked: 'The source writes a mark to its pool, and the destination looks for it in its own.',
    remedy: 'Mount the same shared folder as the storage pool of both hosts.',
  },
  POOL_UNWRITABLE: {
    severity: 'error',
    title: 'The source cannot write to the storage pool',
    checked: 'The source writes a mark to its pool.',
    remedy: 'Let the agent write to the storage pool, and look whether it is full or read-only.',
  },
  CPUS_SHORT: {
    severity: 'warning',
    title: 'The guest has more processors than the destination',
    checked: 'The definition’s count is compared with the processors that the destination’s agent may use.',
    remedy: 'Expect a slower guest there, or choose a host with more processors.',
  },
  HYPERVISOR_CANNOT_MIGRATE: {
    severity: 'error',
    title: 'The hypervisor lacks what a live migration needs',
    checked: 'QEMU is asked for its migration capabilities; its version is no proof.',
    remedy: 'Install a QEMU that has the capabilities named, on this host.',
  },
  DISK_UNREACHABLE: {
    severity: 'error',
    title: 'A disk of the VM cannot be reached',
    checked: 'Each image is looked for in the storage pool, as the host sees it.',
    remedy: 'Give the host access to the storage pool.',
  },
  IMAGE_UNUSABLE: {
    severity: 'error',
    title: 'An image of the VM is not what it has to be',
    checked: 'Each host reads the header of each image, and of all on which it stands.',
    remedy:
      'See what is wrong in the facts. An image has to be of the format that the definition says, and has to have all of its data in the storage pool, unencrypted: qemu-img convert makes such a one of any other.',
  },
  DISK_IMMOVABLE: {
    severity: 'error',
    title: 'A disk of the VM is of a kind with which QEMU moves no guest',
    checked: 'Each host reads the header of each image, and of all on which it stands.',
    remedy:
      'Stop the VM, convert the image with `qemu-img convert -O qcow2` and change the definition; a VHD also moves once it has a fixed size, `qemu-img convert -O vpc -o subformat=fixed`.',
  },
  DISK_FAILED: {
    severity: 'error',
    title: 'The VM stands still because its storage has failed it',
    checked: 'QEMU is asked whether it has stopped the guest for an error of a disk.',
    remedy:
      'Put its storage right, or make room, and start the VM again on its host, with the same definition: what had failed is made once more, and nothing is lost.',
  },
  DISK_READ_ONLY: {
    severity: 'error',
    title: 'A disk of the VM can only be read',
    checked: 'Each host tries whether it may write to each image.',
    remedy: 'Mount the storage pool on this host so that it can be written to.',
  },
  VOLUME_IN_USE: {
    severity: 'error',
    title: 'Another VM at the destination has a volume of this one',
    checked: 'The disks of all VMs at the destination are compared with the VM’s.',
    remedy:
      'Stop one of the two, or give it a disk of its own: two guests that write to one volume destroy what is on it.',
  },
  PORTAL_UNKNOWN: {
    severity: 'error',
    title: 'The host does not know a SAN’s portal',
    checked: 'The portal of each LUN is looked for in the file of the host’s setting FERRY_SAN.',
    remedy: 'Name the portal in the file of the host’s setting FERRY_SAN, and start its agent again.',
  },
  LUN_UNREACHABLE: {
    severity: 'error',
    title: 'A LUN of the VM cannot be reached',
    checked: 'Each host logs in at each LUN as its hypervisor will, and asks for its unit serial number.',
    remedy: 'Let the host’s initiator in at the target, and look at the storage network and at its CHAP secret.',
  },
  LUN_DIFFERS: {
    severity: 'error',
    title: 'The LUN is not the one that the VM’s definition means',
    checked: 'The unit serial number that each LUN answers is compared with the definition’s, at both hosts.',
    remedy: 'Find out what lies there before anything writes to it; then correct the target’s mapping.',
  },
  POST_COPY_IMPOSSIBLE: {
    severity: 'error',
    title: 'Post-copy is asked for and not possible',
    checked:
      'The policy is looked at, and the destination’s QEMU is told to prepare for post-copy on a machine of its own.',
    remedy:
      'Leave `postCopy` out of the policy. Or ask for one connection without compression, and let QEMU use userfaultfd: run it as root, or set `vm.unprivileged_userfaultfd = 1`.',
  },
  CONNECTIONS_UNSAFE: {
    severity: 'warning',
    title: 'A destination that hangs in the switchover may cost the guest',
    checked:
      'The policy asks for several connections, or for compression, which goes over them; the source’s QEMU is older than 10.0.',
    remedy:
      'Where the destination and the way to it can’t be trusted, leave `channels` and `compression` out of the policy. Where several connections break in the switchover, such a QEMU lets its guest run on without having taken its images back, and dies of the guest’s next write.',
  },
  STREAM_IN_PLAIN_TEXT: {
    severity: 'warning',
    title: 'The guest’s memory will cross the network unencrypted',
    checked: 'The migration’s policy is looked at.',
    remedy: 'Leave `stream` out of the policy, unless nobody else can reach the migration network.',
  },
  WITNESS_UNREACHABLE: {
    severity: 'error',
    title: 'The witness cannot be reached',
    checked: 'Both hosts read the VM’s record.',
    remedy: 'Mount the witness folder on this host, readable and writable.',
  },
  WITNESS_DIFFERS: {
    severity: 'error',
    title: 'The two hosts have different witnesses',
    checked:
      'The source tells what its witness says of the VM, and the destination looks for that very record in its own.',
    remedy:
      'Mount the same shared folder as the witness of both hosts: without it neither hears what the other hands over.',
  },
  CLOCKS_DIFFER: {
    severity: 'warning',
    title: 'The clocks of the two hosts differ',
    checked: 'Both hosts tell the time as they are asked; what asking takes is allowed for.',
    remedy:
      'Set the hosts’ clocks by one source, such as NTP. The move does not depend on them, but the times it tells do.',
  },
  COPY_ALREADY_THERE: {
    severity: 'error',
    title: 'A copy of the VM already exists at the destination',
    checked: 'The hypervisor of the destination is asked for a copy, and the record whose it would be.',
    remedy: 'Find out what it is before you remove it: the record on the witness says who owns the VM.',
  },
  HOST_SILENT: {
    severity: 'error',
    title: 'The host does not answer',
    checked: 'The host’s agent is asked, and has some seconds to answer.',
    remedy: 'Start its agent, or see in its log why it does not reach Temporal.',
  },
  CHECK_FAILED: {
    severity: 'error',
    title: 'A check could not be made',
    checked: 'A check that throws, or that has nothing to go by, is told as this.',
    remedy: 'See the facts for the cause; nothing has been assumed.',
  },
} as const satisfies Record<string, { severity: Severity; title: string; checked: string; remedy: string }>;

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
