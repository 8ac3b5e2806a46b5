import type { MachineConfiguration } from './command-line.ts';
import { rootBus } from './devices.ts';

type Device = Record<string, string>;

/** What the human monitor says, as far as the simulator is asked: `info qtree` and `info network`. */
export function sayForPeople(configuration: MachineConfiguration, line: string): string {
  if (line === 'info qtree') return describeTree(configuration);
  if (line === 'info network') return describeNetwork(configuration);
  return `unknown command: '${line}'\r\n`;
}

const CHIPSET = {
  'pcie.0': {
    host: 'q35-pcihost',
    parts: { mch: '00.0', 'ICH9-LPC': '1f.0', 'ich9-ahci': '1f.2', 'ICH9-SMB': '1f.3' },
  },
  'pci.0': { host: 'i440FX-pcihost', parts: { i440FX: '00.0', PIIX3: '01.0', 'piix3-ide': '01.1', PIIX4_PM: '01.3' } },
} as const;

function describeTree(configuration: MachineConfiguration): string {
  const root = rootBus(configuration);
  const { host, parts } = CHIPSET[root];
  return [
    ...['bus: main-system-bus', '  type System', `  dev: ${host}, id ""`, `    bus: ${root}`],
    `      type ${root === 'pcie.0' ? 'PCIE' : 'PCI'}`,
    ...onBus(configuration, root, 6),
    ...Object.entries(parts).flatMap(([driver, addr]) => [`      dev: ${driver}, id ""`, `        addr = ${addr}`]),
    '',
  ].join('\r\n');
}

/** The newest first, as QEMU does. */
function onBus(configuration: MachineConfiguration, bus: string, indent: number): string[] {
  return configuration.devices
    .filter((device) => (device['bus'] ?? rootBus(configuration)) === bus)
    .toReversed()
    .flatMap((device) => {
      const { driver = '', id = '', addr = '' } = device;
      const { face, inner } = propertiesOf(device);
      const lines = (properties: object, depth: number) =>
        Object.entries(properties).map(([name, value]) => `${' '.repeat(depth)}${name} = ${String(value)}`);
      const within = ' '.repeat(indent + 2);
      return [
        `${' '.repeat(indent)}dev: ${driver}, id "${id}"`,
        ...lines({ addr, ...face }, indent + 2),
        ...(driver === 'pcie-root-port'
          ? [`${within}bus: ${id}`, `${within}  type PCIE`, ...onBus(configuration, id, indent + 4)]
          : [
              ...[`${within}bus: virtio-bus`, `${within}  type virtio-pci-bus`],
              `${within}  dev: ${driver.replace(/-pci$/, '-device')}, id ""`,
              ...lines(inner, indent + 6),
            ]),
      ];
    });
}

/** Of the hundred properties those that make a difference. */
function propertiesOf(device: Device): { face: object; inner: object } {
  const quoted = (text = '') => `"${text}"`;
  const number = (text: string | undefined, otherwise: number) => {
    const value = Number(text ?? otherwise);
    return `${value} (0x${value.toString(16)})`;
  };
  const multifunction = device['multifunction'] === 'on';
  switch (device['driver']) {
    case 'virtio-blk-pci':
      return {
        face: { multifunction, romfile: quoted(), vectors: number(device['vectors'], 2) },
        inner: {
          'num-queues': number(device['num-queues'], 1),
          'queue-size': number(device['queue-size'], 256),
          serial: quoted(device['serial']),
          drive: quoted(device['drive']),
        },
      };
    case 'virtio-net-pci':
      return {
        face: {
          multifunction,
          romfile: quoted(device['romfile'] ?? 'efi-virtio.rom'),
          vectors: number(device['vectors'], 4),
        },
        inner: {
          mac: quoted(device['mac'] ?? '52:54:00:12:34:56'),
          netdev: quoted(device['netdev']),
          mq: device['mq'] === 'on',
        },
      };
    default:
      return { face: { multifunction, chassis: number(device['chassis'], 0) }, inner: {} };
  }
}

function describeNetwork({ netdevs, devices }: MachineConfiguration): string {
  const nicOf = (netdev: string) => {
    const { id = 'virtio-net-pci.0', mac = '52:54:00:12:34:56' } =
      devices.find((each) => each['netdev'] === netdev) ?? {};
    return `${id}: index=0,type=nic,model=virtio-net-pci,macaddr=${mac}`;
  };
  const lines = netdevs.toReversed().flatMap(({ id = '', type, hubid = '0', ifname = '' }) => {
    if (type === 'hubport') return [`hub ${hubid}`, ` \\ ${id}: ${nicOf(id)}`];
    const words = type === 'tap' ? `type=tap,ifname=${ifname},script=no,downscript=no` : `type=${type}`;
    return [nicOf(id), ` \\ ${id}: index=0,${words}`];
  });
  return [...lines, ''].join('\r\n');
}
