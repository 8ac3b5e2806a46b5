import type { Commands } from '../protocol.ts';
import { CommandError } from './command-error.ts';
import type { MachineConfiguration } from './command-line.ts';

/** The little of QEMU's object tree that is asked for: the machine's type, and each CPU's model and manufacturer. */
function propertiesOf(configuration: MachineConfiguration, path: string): Record<string, string> {
  if (path === '/machine') return { type: `${configuration.machineType}-machine` };
  const cpu = Number(/^\/machine\/unattached\/device\[(\d+)\]$/.exec(path)?.[1] ?? NaN);
  if (cpu < configuration.cpus) {
    return { type: `${configuration.cpuModel}-x86_64-cpu`, vendor: configuration.cpuVendor };
  }
  throw new CommandError(`Device '${path}' not found`, 'DeviceNotFound');
}

export function getProperty(configuration: MachineConfiguration, path: string, property: string): string {
  const properties = propertiesOf(configuration, path);
  const value = properties[property];
  if (value === undefined) throw new CommandError(`Property '${properties['type'] ?? ''}.${property}' not found`);
  return value;
}

export function listProperties(configuration: MachineConfiguration, path: string): Commands['qom-list']['returns'] {
  return Object.keys(propertiesOf(configuration, path)).map((name) => ({ name, type: 'string' }));
}
