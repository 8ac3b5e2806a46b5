/** A device by QEMU's word. */
export interface TreeDevice {
  driver: string;
  /** Empty where it has none. */
  id: string;
  /** The bus that it is on: `pcie.0`; that of a root port has the port's id. */
  bus: string;
  properties: Record<string, string>;
}

/** What a VirtIO device is behind its PCI face has its properties, and no face of its own. */
const INNER_BUS = 'virtio-bus';

/**
 * All devices that are on a bus, from `info qtree`. It is meant for people, but asked for one by one QEMU takes a
 * millisecond for each property, and for all of this two. What is not understood here is missed by who looks for it:
 * see `readGuest`.
 */
export function parseDeviceTree(text: string): TreeDevice[] {
  const devices: TreeDevice[] = [];
  /** Which device, and which bus, the lines of each indentation belong to. */
  const owners = new Map<number, TreeDevice>();
  const buses = new Map<number, string>();
  for (const line of text.split('\n')) {
    const indent = line.length - line.trimStart().length;
    const [, bus] = /^ *bus: (.+?)\r?$/.exec(line) ?? [];
    if (bus !== undefined) {
      buses.set(indent + 2, bus);
      continue;
    }
    const [, driver, id] = /^ *dev: (.+), id "(.*)"\r?$/.exec(line) ?? [];
    if (driver !== undefined && id !== undefined) {
      const on = buses.get(indent) ?? '';
      const face = on === INNER_BUS ? owners.get(indent - 2) : undefined;
      const device = face ?? { driver, id, bus: on, properties: {} };
      if (!face) devices.push(device);
      owners.set(indent + 2, device);
      continue;
    }
    const [, name, value] = /^ *([\w-]+) = (.*?)\r?$/.exec(line) ?? [];
    const owner = owners.get(indent);
    if (name !== undefined && value !== undefined && owner) owner.properties[name] = plain(value);
  }
  return devices;
}

/** Numbers are followed by themselves in another notation, and texts are in quotes. */
function plain(value: string): string {
  return /^"(.*)"$/.exec(value)?.[1] ?? value.replace(/ \(.*\)$/, '');
}
