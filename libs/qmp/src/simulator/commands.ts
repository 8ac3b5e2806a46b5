import { AddedNodes } from './added-nodes.ts';
import type { CommandName } from '../qmp-client.ts';
import type { Commands, DirtyRateInfo } from '../protocol.ts';
import type { SchemaEntry } from '../schema/qmp-schema.ts';
import { CommandError } from './command-error.ts';
import { AddedObjects } from './credentials.ts';
import { Devices } from './devices.ts';
import type { FaultPlan } from './faults.ts';
import { sayForPeople } from './for-people.ts';
import type { Dirtying } from './guest-memory.ts';
import { describeBlockNodes, describeDisks, describePci, describeRxFilters } from './inventory.ts';
import { cpuDefinitions } from './known-hardware.ts';
import type { Machine } from './machine.ts';
import { MigrationDestination } from './migration-destination.ts';
import { MigrationSettings } from './migration-settings.ts';
import { MigrationSource } from './migration-source.ts';
import { getProperty, listProperties } from './object-model.ts';
import { has, machinesOf, versionOf } from './release.ts';

type Handlers = {
  [C in CommandName]: (args: Commands[C]['arguments']) => Commands[C]['returns'] | Promise<Commands[C]['returns']>;
};

/** Ours alone: to set over QMP what a real guest or a real accident would do. */
interface VendorHandlers {
  'x-simulator-dirty': (dirtying: Dirtying) => object;
  'x-simulator-faults': (plan: FaultPlan) => object;
}

const done = {} as Record<string, never>;

/** What a simulator does for each command. The compiler demands one for each that the client types. */
export function createCommands(
  machine: Machine,
  schema: readonly SchemaEntry[],
  exit: (status: number) => void,
): { commands: Handlers & VendorHandlers; destination: MigrationDestination } {
  const { configuration, memory } = machine;
  const { release } = configuration;
  const objects = new AddedObjects();
  const settings = new MigrationSettings((id) => objects.credentials(id));
  const destination = new MigrationDestination(machine, settings, exit);
  const devices = new Devices(configuration, (event, data) => machine.emit(event, data));
  const nodes = new AddedNodes({
    nodes: configuration.blockNodes,
    take: (node) => machine.takeImage(node),
    letGo: (node) => machine.letGoOfImage(node),
    isUsed: (name) => configuration.devices.some(({ drive }) => drive === name),
  });
  let source: MigrationSource | undefined;
  let dirtyRate: DirtyRateInfo = {
    status: 'unstarted',
    'start-time': 0,
    'calc-time': 0,
    'sample-pages': 0,
    mode: 'page-sampling',
  };

  const migrate = ({ uri, resume }: Commands['migrate']['arguments']) => {
    if (resume === true) {
      if (!source) throw new CommandError('Cannot resume if there is no paused migration');
      source.resume(uri);
      return done;
    }
    if (source?.inProgress) throw new CommandError("There's a migration process in progress");
    if (machine.runState === 'inmigrate') throw new CommandError('Guest is waiting for an incoming migration');
    if (machine.runState === 'postmigrate') {
      throw new CommandError("Can't migrate the vm that was paused due to previous migration");
    }
    source = new MigrationSource(machine, settings, uri, () =>
      settings.has('dirty-bitmaps') ? nodes.pendingBytes : 0,
    );
    return done;
  };

  const yank = ({ instances }: Commands['yank']['arguments']) => {
    if (instances.some((instance) => instance.type === 'migration')) {
      if (source?.hasLink) source.yank();
      else if (destination.hasLink) destination.yank();
      else throw new CommandError('Instance not found', 'DeviceNotFound');
    }
    return done;
  };

  const measure = ({
    'calc-time': seconds,
    'sample-pages': samples = 512,
  }: Commands['calc-dirty-rate']['arguments']) => {
    if (dirtyRate.status === 'measuring') throw new CommandError('the dirty rate is already being measured.');
    if (seconds < 1 || seconds > 60) throw new CommandError('calc-time is out of range[1, 60].');
    if (samples < 128 || samples > 16_384) throw new CommandError('sample-pages is out of range[128, 16384].');
    const times = { 'start-time': Math.round(performance.now() / 1000), 'calc-time': seconds };
    dirtyRate = { ...times, status: 'measuring', 'sample-pages': samples, mode: 'page-sampling' };
    setTimeout(() => {
      const rate = machine.running
        ? Math.min(memory.dirtying.mibPerSecond, memory.dirtying.workingSetMib / seconds)
        : 0;
      dirtyRate = { ...dirtyRate, status: 'measured', 'dirty-rate': Math.round(rate) };
    }, seconds * 1000).unref();
    return done;
  };

  const powerDown = () => {
    machine.emit('POWERDOWN', {});
    if (!machine.running) return done;
    machine.powerOff(true, 'guest-shutdown');
    exit(0);
    return done;
  };

  const commands: Handlers & VendorHandlers = {
    qmp_capabilities: () => done,
    'query-qmp-schema': () => schema as unknown as Commands['query-qmp-schema']['returns'],
    'query-version': () => versionOf(release),
    'query-name': () => (configuration.name === undefined ? {} : { name: configuration.name }),
    'query-uuid': () => ({ UUID: configuration.uuid }),
    'query-kvm': () => ({ enabled: false, present: false }),
    'query-status': () => ({ running: machine.running, singlestep: false, status: machine.runState }),
    cont: () => (machine.cont(), done),
    stop: () => (machine.stop(), done),
    quit: () => (machine.powerOff(false, 'host-qmp-quit'), exit(0), done),
    system_powerdown: powerDown,
    system_reset: () => (machine.emit('RESET', { guest: false, reason: 'host-qmp-system-reset' }), done),

    migrate,
    'migrate-incoming': async ({ uri }) => {
      if (configuration.incoming !== 'defer')
        throw new CommandError("'-incoming' was not specified on the command line");
      await destination.start(uri);
      return done;
    },
    'migrate-continue': ({ state }) => {
      if (!source) throw new CommandError('Migration not in expected state: none');
      source.continue(state);
      return done;
    },
    migrate_cancel: () => (source?.cancel(), done),
    'migrate-pause': () => {
      if (!source) throw new CommandError('migrate-pause is currently only supported during postcopy-active state');
      source.pause();
      return done;
    },
    'migrate-recover': async ({ uri }) => {
      await destination.recover(uri);
      return done;
    },
    'migrate-start-postcopy': () => {
      if (!source) throw new CommandError('Postcopy must be started after migration has been started');
      source.startPostCopy();
      return done;
    },
    'query-migrate': () => source?.describe() ?? destination.describe(),
    'migrate-set-capabilities': ({ capabilities }) => {
      if (source?.inProgress) throw new CommandError("There's a migration process in progress");
      for (const { capability, state } of capabilities) settings.set(capability, state);
      return done;
    },
    'query-migrate-capabilities': () => settings.capabilities.filter(({ capability }) => has(release, capability)),
    'migrate-set-parameters': (changes) => (settings.change(changes), done),
    'query-migrate-parameters': () => settings.parameters,
    yank,
    'query-yank': () => [
      { type: 'chardev', id: 'compat_monitor0' },
      ...(source?.hasLink || destination.hasLink ? [{ type: 'migration' as const }] : []),
    ],
    'announce-self': () => done,

    'query-block': () => describeDisks(configuration),
    'query-named-block-nodes': () => [...describeBlockNodes(configuration), ...nodes.describe()],
    'query-block-jobs': () => [],
    'blockdev-add': (args) => (nodes.add(args), done),
    'block-dirty-bitmap-add': (args) => (nodes.addBitmap(args), done),
    'blockdev-del': ({ 'node-name': name }) => (nodes.remove(name), done),
    device_add: (args) => (devices.add(args), done),
    device_del: ({ id }) => (devices.remove(id), done),
    netdev_add: (args) => (devices.addNetdev(args), done),
    netdev_del: ({ id }) => (devices.removeNetdev(id), done),
    'human-monitor-command': ({ 'command-line': line }) => sayForPeople(configuration, line),
    'object-add': (args) => (objects.add(args), done),
    'object-del': ({ id }) => (objects.remove(id), done),
    'query-cpus-fast': () =>
      Array.from({ length: configuration.cpus }, (_, index) => ({
        'cpu-index': index,
        'thread-id': process.pid,
        'qom-path': `/machine/unattached/device[${index}]`,
        props: { 'socket-id': index, 'core-id': 0, 'thread-id': 0 },
        target: 'x86_64',
      })),
    'query-cpu-definitions': () => cpuDefinitions,
    'query-cpu-model-expansion': ({ model }) => ({ model: { name: model.name, props: {} } }),
    'query-machines': () => machinesOf(release),
    'query-memory-size-summary': () => ({ 'base-memory': configuration.memoryBytes, 'plugged-memory': 0 }),
    'query-iothreads': () => [],
    'query-pci': () => describePci(configuration),
    'query-rx-filter': () => describeRxFilters(configuration),
    'qom-get': ({ path, property }) => getProperty(configuration, path, property),
    'qom-list': ({ path }) => listProperties(configuration, path),
    'calc-dirty-rate': measure,
    'query-dirty-rate': () => dirtyRate,

    'x-simulator-dirty': (dirtying) => ((memory.dirtying = dirtying), done),
    'x-simulator-faults': (plan) => ((machine.faults.own = plan), done),
  };
  return { commands, destination };
}
