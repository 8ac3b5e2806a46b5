import type { Commands } from '../protocol.ts';
import { CommandError } from './command-error.ts';
import type { MachineConfiguration } from './command-line.ts';

/** As much as the comparison of two CPUs needs: some bits of two of their registers. */
const registers = [
  { 'cpuid-register': 'ECX', 'cpuid-input-eax': 1, features: 2_147_491_841 },
  { 'cpuid-register': 'EBX', 'cpuid-input-ecx': 0, 'cpuid-input-eax': 7 },
] as const;

/** The little of QEMU's object tree that is asked for: the machine's type, and each CPU's model and manufacturer. */
function propertiesOf(configuration: MachineConfiguration, path: string): Record<string, unknown> {
  if (path === '/machine') return { type: `${configuration.machineType}-machine` };
  const cpu = Number(/^\/machine\/unattached\/device\[(\d+)\]$/.exec(path)?.[1] ?? NaN);
  if (cpu < configuration.cpus) {
    const { cpuModel, cpuVendor, cpuFeatures } = configuration;
    const [one, seven] = registers;
    const words = [one, { ...seven, features: cpuFeatures }];
    return { type: `${cpuModel}-x86_64-cpu`, vendor: cpuVendor, 'feature-words': words };
  }
  throw new CommandError(`Device '${path}' not found`, 'DeviceNotFound');
}

export function getProperty(configuration: MachineConfiguration, path: string, property: string): unknown {
  const properties = propertiesOf(configuration, path);
  const value = properties[property];
  if (value === undefined) throw new CommandError(`Property '${String(properties['type'])}.${property}' not found`);
  return value;
}

export function listProperties(configuration: MachineConfiguration, path: string): Commands['qom-list']['returns'] {
  const own = { name: 'type', type: 'string' };
  const { devices } = configuration;
  if (path === '/machine/peripheral')
    return [own, ...devices.flatMap(({ id, driver = '' }) => (id === undefined ? [] : child(id, driver)))];
  if (path === '/machine/peripheral-anon') {
    const unnamed = devices.filter(({ id }) => id === undefined);
    return [own, ...unnamed.map(({ driver = '' }, index) => child(`device[${index}]`, driver))];
  }
  return Object.keys(propertiesOf(configuration, path)).map((name) => ({ name, type: 'string' }));
}

function child(name: string, driver: string): { name: string; type: string } {
  return { name, type: `child<${driver}>` };
}
