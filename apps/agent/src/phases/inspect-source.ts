import { AGENT_PROTOCOL, type HostFacts, type SourceInspection } from '@ferry/contracts';
import {
  FerryError,
  finding,
  ownerOf,
  policyOf,
  type DiskDefinition,
  type MigrationPolicy,
  type VirtualMachineDefinition,
  type VirtualMachineDescription,
  type VmId,
} from '@ferry/domain';
import { deviceInWords } from '../hypervisor/device-in-words.ts';
import type { AgentServices } from '../agent-services.ts';
import { inspectDisks } from './inspect-disks.ts';
import { inspectMembership } from './inspect-membership.ts';
import { lacking } from './lacking.ts';
import { lookAhead } from './look-ahead.ts';
import { makeChecks } from './make-checks.ts';
import type { PhaseFunction } from './phase-function.ts';
import { predictConvergence } from './predict-convergence.ts';

/** Memory sizes that TCG may lose dirty pages of are multiples of this. */
const unsafeMultipleKiB = 256;

interface Input {
  predictFor?: Partial<MigrationPolicy>;
}

/** Preflight at the source: everything that has to hold there, and the configuration in the same visit. */
export const inspectSource: PhaseFunction<Input, SourceInspection, { vm: VmId }> = async (
  services,
  { vm },
  { predictFor },
) => {
  const { host, hypervisor, networks, storage, witness } = services;
  const { cluster } = services.membership;
  const written = hypervisor.definitionOf(vm);
  // Begun at once; what comes of it counts only where there is something to describe.
  const described = describeIfThere(services, vm);
  described.catch(() => undefined);
  const [copy, facts] = await Promise.all([hypervisor.source.inspect(vm), hypervisor.facts()]);
  let mtus: HostFacts['mtus'] = {};
  let mark: HostFacts['mark'] = null;
  let record: HostFacts['record'] = null;
  const present = copy === 'running' || copy === 'paused' || copy === 'copying';
  const describing = present ? described : Promise.resolve(null);
  // Its own check says that it can't be read; the others make do with what was written down.
  const description = describing.catch(() => null);
  const definition = async () => (await description)?.configuration.definition ?? written;
  /** Looks at a part of the definition: as it was written down, and once more if the VM has another by now. */
  const lookAt = <Part, Found>(
    part: (of: VirtualMachineDefinition | null) => Part,
    look: (part: Part) => Promise<Found>,
  ) => lookAhead(part(written), definition().then(part), look);
  const findings = await makeChecks(host, {
    'the cluster': () => inspectMembership(host, cluster),
    'the VM': () =>
      copy === 'running' || copy === 'paused'
        ? null
        : finding('VM_NOT_RUNNING_HERE', host, `The copy of ${vm} here is ${copy}.`),
    'the storage handle': async () => {
      try {
        record = await witness.read(vm);
        if (ownerOf(record) === host) return null;
        return finding('HANDLE_NOT_HELD', host, `The record says ${record ? JSON.stringify(record) : 'nothing'}.`);
      } catch (error) {
        if (!(error instanceof FerryError)) throw error;
        return finding('WITNESS_UNREACHABLE', host, `${error.message}.`);
      }
    },
    'what a migration needs': () => lacking(host, facts),
    'its storage pool': () =>
      lookAt(
        (of) => of?.disks.some(({ kind }) => kind === 'image') === true,
        async (isUsed) => {
          if (!isUsed) return null;
          try {
            mark = await storage.pool.mark(host);
            return null;
          } catch (error) {
            return finding('POOL_UNWRITABLE', host, `${String(error)}.`);
          }
        },
      ),
    'its networks': async () => {
      mtus = await lookAt(
        (of) => (of?.networks ?? []).map(({ network }) => network),
        (names) => networks.mtus(names),
      );
      return null;
    },
    'its devices and jobs': async () => {
      if (!present) return null;
      const { blocked, failed, jobs } = await hypervisor.source.obstacles(vm);
      const busy = copy === 'copying' ? [...jobs, 'a migration'] : jobs;
      return [
        ...blocked.map((reason) => finding('MIGRATION_BLOCKED', host, `${reason}.`)),
        ...failed.map((each) => finding('DISK_FAILED', host, `${each}.`)),
        ...busy.map((job) => finding('JOB_IN_PROGRESS', host, `In progress: ${job}.`)),
      ];
    },
    'its convergence': async () => {
      // A migration has better things to do than to wait for a measure, and goes on as well without.
      if (copy !== 'running' || predictFor === undefined) return null;
      return predictConvergence(services, vm, policyOf(predictFor, (await definition())?.policy));
    },
    'its disks': () =>
      lookAt(
        (of) => (of?.disks ?? []).map(unplugged),
        (disks) => inspectDisks(services, disks),
      ),
    'its configuration': async () => {
      const described = await describing;
      if (described === null) return null;
      const { memoryKiB } = described.configuration.definition;
      return [
        ...described.immovable.map((device) => finding('DEVICE_NOT_MOVABLE', host, `${deviceInWords(device)}.`)),
        ...(facts.accelerator === 'tcg' && memoryKiB % unsafeMultipleKiB === 0
          ? [finding('MEMORY_SIZE_UNSAFE', host, `It has ${memoryKiB} KiB.`)]
          : []),
      ];
    },
  });
  return {
    findings,
    configuration: (await description)?.configuration ?? null,
    host: {
      host,
      cluster,
      hypervisor: { type: facts.type, version: facts.version },
      protocol: AGENT_PROTOCOL,
      cpuVendor: services.hardware.cpuVendor(),
      at: new Date().toISOString(),
      mtus,
      record,
      mark,
    },
  };
};

async function describeIfThere({ hypervisor }: AgentServices, vm: VmId): Promise<VirtualMachineDescription | null> {
  return hypervisor.definitionOf(vm) === null ? null : hypervisor.source.describe(vm);
}

/** A disk, wherever in the machine it is plugged in: that is no matter of its volume's. */
function unplugged(disk: DiskDefinition): DiskDefinition {
  const alone = { ...disk };
  delete alone.address;
  return alone;
}
