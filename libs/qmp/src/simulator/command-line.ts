import { accessSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { cpuVendors } from './known-hardware.ts';
import { parseRelease, type Release } from './release.ts';
import { parseMemorySize, parseOptionList, UsageError } from './option-lists.ts';

/** A disk image of the command line, as one QEMU block node. */
export interface BlockNode {
  nodeName: string;
  driver: string;
  /** For nodes on a file system. */
  filename?: string;
  /** The node below. */
  file?: string;
  locking: boolean;
}

/** What the command line asks for. */
export interface MachineConfiguration {
  name: string | undefined;
  uuid: string;
  machineType: string;
  cpuModel: string;
  cpuVendor: string;
  /** Some bits, by its model and by what the command line adds to it. */
  cpuFeatures: number;
  cpus: number;
  memoryBytes: number;
  startPaused: boolean;
  incoming: string | undefined;
  monitorPath: string | undefined;
  pidFile: string | undefined;
  /** The release of QEMU that it passes for; null where it says that it is a simulator. */
  release: Release | null;
  blockNodes: BlockNode[];
  devices: Record<string, string>[];
  netdevs: Record<string, string>[];
}

const flags = new Set(['S', 'nodefaults', 'nographic', 'no-user-config', 'no-reboot', 'enable-kvm']);
const valued = new Set(
  'name uuid machine M accel cpu smp m incoming display serial monitor qmp pidfile kernel initrd append blockdev device netdev nic sandbox msg object chardev global rtc boot vga runas x-release'.split(
    ' ',
  ),
);

/** Reads a QEMU command line; `undefined` when it only asks for the version. Throws `UsageError` in QEMU's words. */
export function parseCommandLine(words: readonly string[]): MachineConfiguration | undefined {
  const given = new Map<string, string[]>();
  const queue = [...words];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    const option = word.replace(/^--?/, '');
    if (option === 'version') return undefined;
    if (!word.startsWith('-') || !(flags.has(option) || valued.has(option)))
      throw new UsageError(`${word}: invalid option`);
    const value = valued.has(option) ? queue.shift() : 'on';
    if (value === undefined) throw new UsageError(`${word}: requires an argument`);
    given.set(option, [...(given.get(option) ?? []), value]);
  }
  const last = (option: string) => given.get(option)?.at(-1);
  const list = (option: string, implied: string) => parseOptionList(last(option) ?? '', implied);

  const cpu = list('cpu', 'model');
  const cpuModel = cpu['model'] || 'qemu64';
  const vendor = cpuVendors[cpuModel];
  if (vendor === undefined) throw new UsageError(`unable to find CPU model '${cpuModel}'`);
  const monitor = list('qmp', 'address')['address'];
  if (monitor !== undefined && monitor !== '' && !monitor.startsWith('unix:')) {
    throw new UsageError(`-qmp ${monitor}: the simulator's monitor is a UNIX socket only`);
  }
  return {
    name: list('name', 'guest')['guest'] || undefined,
    uuid: parseUuid(last('uuid')),
    machineType: machineType(parseOptionList(last('machine') ?? last('M') ?? 'pc', 'type')['type'] ?? 'pc'),
    cpuModel,
    cpuVendor: cpu['vendor'] ?? vendor,
    cpuFeatures: featuresOf(cpu),
    cpus: Number(list('smp', 'cpus')['cpus'] || 1),
    memoryBytes: parseMemorySize(list('m', 'size')['size'] || '128'),
    startPaused: given.has('S'),
    incoming: last('incoming'),
    monitorPath: monitor?.slice('unix:'.length) || undefined,
    pidFile: last('pidfile'),
    release: parseRelease(last('x-release')),
    blockNodes: (given.get('blockdev') ?? []).map(blockNode),
    devices: (given.get('device') ?? []).map((device) => parseOptionList(device, 'driver')),
    netdevs: (given.get('netdev') ?? []).map((netdev) => parseOptionList(netdev, 'type')),
  };
}

/** A bit for each feature that was switched on or off: what matters is whether two are alike. */
function featuresOf(cpu: Record<string, string>): number {
  const switched = Object.entries(cpu).filter(([name]) => name !== 'vendor');
  return crc32(JSON.stringify(switched.toSorted()));
}

function parseUuid(text = '00000000-0000-0000-0000-000000000000'): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) {
    throw new UsageError(`-uuid ${text}: failed to parse UUID string: wrong format`);
  }
  return text.toLowerCase();
}

function machineType(type: string): string {
  if (type === 'q35') return 'pc-q35-7.2';
  if (type === 'pc') return 'pc-i440fx-7.2';
  if (/^(pc-(q35|i440fx)-\d+\.\d+|microvm|none)$/.test(type)) return type;
  throw new UsageError(`unsupported machine type ${type}\nUse -machine help to list supported machines`);
}

function blockNode(text: string, index: number): BlockNode {
  return blockNodeOf(parseOptionList(text, 'driver'), `#block${index}`, (reason) => {
    throw new UsageError(`-blockdev ${text}: ${reason}`);
  });
}

/** A node of these options; `refuse` is told why there can't be one. */
export function blockNodeOf(
  options: Record<string, string>,
  unnamed: string,
  refuse: (reason: string) => never,
): BlockNode {
  const { filename, file } = options;
  if (filename !== undefined) {
    try {
      accessSync(filename);
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'No such file or directory' : String(error);
      refuse(`Could not open '${filename}': ${reason}`);
    }
  }
  return {
    nodeName: options['node-name'] ?? unnamed,
    driver: options['driver'] ?? 'raw',
    ...(filename !== undefined && { filename }),
    ...(file !== undefined && { file }),
    locking: options['locking'] !== 'off',
  };
}
