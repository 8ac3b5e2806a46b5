import { AGENT_PROTOCOL, type Arrival } from '@ferry/contracts';
import { FerryError, finding, type Finding, type MigrationPolicy, type VmId } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import { lookAtDestination, lookAtSource } from '../handover/look.ts';
import { connectionsUnsafe } from './connections-unsafe.ts';
import { volumesInUse } from '../storage/volumes-in-use.ts';
import { inspectDisks } from './inspect-disks.ts';
import { isOlder } from './is-older.ts';
import { inspectMembership } from './inspect-membership.ts';
import { inspectNetworks } from './inspect-networks.ts';
import { lacking } from './lacking.ts';
import { postCopyImpossible } from './post-copy-impossible.ts';
import { makeChecks } from './make-checks.ts';
import type { PhaseFunction } from './phase-function.ts';
import { promisedBytes } from './promised-bytes.ts';
import { Surroundings } from './surroundings.ts';

/** What QEMU needs beside the guest's memory. */
const overheadBytes = 64 * 1024 ** 2;
/** The source's word may have been under way for as long. */
const clockToleranceMs = 10_000;

interface Inspected {
  vm: VmId;
  /** How it is to come; without one nobody has said. */
  policy?: MigrationPolicy;
}

/** Preflight at the destination: whether it could run this VM, and agrees with the source on what matters. */
export const inspectDestination: PhaseFunction<Arrival, { findings: Finding[] }, Inspected> = async (
  services,
  about,
  arrival,
) => ({ findings: await inspectArrival(services, new Surroundings(services), about, arrival) });

/** The same where several might come, each as if it were the only one. */
export async function inspectArrival(
  services: AgentServices,
  surroundings: Surroundings,
  { vm, policy }: Inspected,
  { configuration, source }: Arrival,
): Promise<Finding[]> {
  const { host, hardware, hypervisor, membership } = services;
  const { definition, machineType, memoryBytes } = configuration;
  const facts = hypervisor.facts();
  const now = Date.now();
  return makeChecks(host, {
    'the cluster': () => inspectMembership(host, membership.cluster, source),
    'the agents': () => {
      const { protocol = 'none' } = source;
      const facts = `The agent here speaks protocol ${AGENT_PROTOCOL}, that of ${source.host} ${protocol}.`;
      return protocol === AGENT_PROTOCOL ? null : finding('AGENTS_DIFFER', host, facts);
    },
    'the hypervisor': async () => {
      const { type, version } = await facts;
      const there = source.hypervisor;
      if (type !== there.type) {
        return finding('HYPERVISOR_DIFFERS', host, `It is ${type} here and ${there.type} at the source.`);
      }
      return isOlder(version, there.version)
        ? finding('HYPERVISOR_OLDER', host, `It is ${version} here and ${there.version} at the source.`)
        : null;
    },
    'what a migration needs': async () => lacking(host, await facts),
    'post-copy': async () => postCopyImpossible(host, policy, await facts),
    'the connections': () => connectionsUnsafe(host, policy, source),
    'the processors': () => {
      const [vendor, count] = [hardware.cpuVendor(), hardware.cpuCount()];
      return [
        ...(vendor === source.cpuVendor
          ? []
          : [finding('CPU_MANUFACTURER_DIFFERS', host, `${vendor} here, ${source.cpuVendor} at the source.`)]),
        ...(definition.cpu.count <= count
          ? []
          : [finding('CPUS_SHORT', host, `The guest has ${definition.cpu.count}, this host ${count}.`)]),
      ];
    },
    'the clocks': () => {
      const apart = Math.abs(now - Date.parse(source.at)) > clockToleranceMs;
      const facts = `It is ${new Date(now).toISOString()} here, and was ${source.at} at the source just before.`;
      return apart ? finding('CLOCKS_DIFFER', host, facts) : null;
    },
    'the CPU model': async () => {
      const model = definition.cpu.model.split(',')[0] ?? '';
      const missing = (await facts).cpuModels.get(model);
      if (missing === undefined) return finding('CPU_MODEL_UNAVAILABLE', host, `${model} is not known here.`);
      return missing.length === 0
        ? null
        : finding('CPU_MODEL_UNAVAILABLE', host, `${model} needs ${missing.join(', ')}.`);
    },
    'the machine type': async () =>
      (await facts).machineTypes.has(machineType)
        ? null
        : finding('MACHINE_TYPE_UNKNOWN', host, `${machineType} is not known here.`),
    'the memory': () => {
      const [free, needed] = [surroundings.freeBytes - promisedBytes(hypervisor, vm), memoryBytes + overheadBytes];
      const facts = `${free} bytes are free and promised to no other VM, ${needed} are needed.`;
      return free >= needed ? null : finding('MEMORY_SHORT', host, facts);
    },
    'the networks': () => inspectNetworks(services, definition, source),
    'the storage pool': async () => {
      if (source.mark === null || (await surroundings.hasMark(source.mark))) return null;
      return finding('POOL_DIFFERS', host, `What ${source.host} has just written to its pool is not in this one.`);
    },
    'the disks': () => inspectDisks(services, definition.disks),
    'their volumes': () =>
      volumesInUse(hypervisor, definition).map(({ disk, vm: other }) =>
        finding('VOLUME_IN_USE', host, `Disk ${disk.id}: ${other} has its volume too.`),
      ),
    'the witness': async () => {
      try {
        if (await surroundings.hasWitnessOf(source, vm)) return null;
        return finding('WITNESS_DIFFERS', host, `What ${source.host} reads in its own is not in the one here.`);
      } catch (error) {
        if (!(error instanceof FerryError)) throw error;
        return finding('WITNESS_UNREACHABLE', host, `${error.message}.`);
      }
    },
    'other copies': () => otherCopy(services, vm),
  });
}

/** A copy that belongs to nobody any more is no finding: creating the destination removes it. */
async function otherCopy(services: AgentServices, vm: string): Promise<Finding | null> {
  const { host, hypervisor } = services;
  const copy = await hypervisor.destination.inspect(vm);
  if (copy === 'absent') return null;
  if ((await lookAtDestination(services, vm, 'discard', { copy })).decision === 'destroy') return null;
  if ((await lookAtSource(services, vm, 'withdraw')).decision === 'retire') return null;
  return finding('COPY_ALREADY_THERE', host, `The copy of ${vm} here is ${copy}, and by the record not to be removed.`);
}
