import { execFileSync } from 'node:child_process';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ImageDisk, ImageFormat, MigrationPlan, VirtualMachineDefinition } from '@ferry/domain';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { startVirtualMachine } from '../deeds/start-virtual-machine.ts';
import { inspectDisks } from '../phases/inspect-disks.ts';
import { inspectSource } from '../phases/inspect-source.ts';
import { ImageStorage } from './image-storage.ts';
import { StoragePool } from './storage-pool.ts';
import { createImage } from '../testing/create-image.ts';
import { arm, copyMemory, HYPERVISORS, prepare, twoHosts, unwatched, type TwoHosts } from '../testing/two-hosts.ts';

// Machines are started and moved for real.
vi.setConfig({ testTimeout: 30_000 });

const size = 1024 ** 2;

let hosts: TwoHosts;
let folder: string;
afterEach(() => hosts.close());

async function given(program: string): Promise<void> {
  hosts = await twoHosts(program);
  folder = dirname(hosts.image);
}

function definitionOn(image: string, format: ImageFormat): VirtualMachineDefinition {
  const { definition } = hosts;
  const networks = [{ id: 'lan', network: 'lan', mac: '52:54:00:00:00:02' }];
  const uuid = '6f9619ff-8b86-4d11-b42d-00cf4fc964fe';
  return { ...definition, id: 'other', uuid, networks, disks: [{ kind: 'image', id: 'root', image, format }] };
}

async function run(definition: VirtualMachineDefinition): Promise<MigrationPlan> {
  await startVirtualMachine(hosts.a, { definition, savedState: null });
  return { ...hosts.plan(), vm: definition.id };
}

async function move(plan: MigrationPlan): Promise<void> {
  const there = plan.source === 'host-a' ? hosts : { ...hosts, a: hosts.b, b: hosts.a };
  const listening = await prepare(there, plan);
  const armed = arm(there, plan);
  await copyMemory(there, plan, listening);
  await Promise.all(Object.values(armed));
}

const at = (name: string) => join(folder, name);

async function overwrite(name: string, position: number, bytes: number[]): Promise<void> {
  const file = await open(at(name), 'r+');
  await file.write(Buffer.from(bytes), 0, bytes.length, position);
  await file.close();
}

describe('a guest moves there and back', () => {
  test.each<[what: string, image: string, format: ImageFormat, make: () => Promise<void>]>([
    ['qcow2', 'a.qcow2', 'qcow2', () => createImage('qcow2', at('a.qcow2'), { size })],
    [
      'qcow2 that stands on another image in the pool',
      'top.qcow2',
      'qcow2',
      async () => {
        await createImage('qcow2', at('base.qcow2'), { size });
        const below = { 'backing-file': 'base.qcow2', 'backing-fmt': 'qcow2' };
        await createImage('qcow2', at('top.qcow2'), { size, ...below });
      },
    ],
    [
      'a VHD of fixed size',
      'a.vhd',
      'vpc',
      () => createImage('vpc', at('a.vhd'), { size, subformat: 'fixed', 'force-size': true }),
    ],
  ])('on %s', async (_, image, format, make) => {
    await given(HYPERVISORS.QEMU);
    await make();
    const plan = await run(definitionOn(image, format));
    expect((await inspectSource(hosts.a, plan, {}, unwatched)).findings).toEqual([]);
    await move(plan);
    await move({ ...hosts.plan(), vm: plan.vm, source: 'host-b', destination: 'host-a' });
    expect(await hosts.a.hypervisor.status(plan.vm)).toBe('running');
    expect(await hosts.a.witness.read(plan.vm)).toMatchObject({ kind: 'started', host: 'host-a' });
    // A VHD's footer is no part of it.
    expect(await hosts.a.diskBytes(plan.vm)).toBe(size);
  });
});

describe('a guest runs, and both hosts say why it can’t move', () => {
  test.each<[what: string, image: string, format: ImageFormat, options: object]>([
    ['a VHD of dynamic size', 'a.vhd', 'vpc', { subformat: 'dynamic', 'force-size': true }],
    ['a VHDX image', 'a.vhdx', 'vhdx', {}],
  ])('on %s', async (_, image, format, options) => {
    await given(HYPERVISORS.QEMU);
    await createImage(format, at(image), { size, ...options });
    const definition = definitionOn(image, format);
    const plan = await run(definition);
    const { findings } = await inspectSource(hosts.a, plan, {}, unwatched);
    const named = expect.stringMatching(new RegExp(`^Disk root: .*/pool/${image} is `)) as string;
    // QEMU itself agrees: it is asked too.
    expect(findings).toMatchObject([
      { code: 'MIGRATION_BLOCKED', facts: expect.stringContaining('does not support live migration') as string },
      { code: 'DISK_IMMOVABLE', facts: named },
    ]);
    expect(await inspectDisks(hosts.b, definition.disks)).toMatchObject([{ code: 'DISK_IMMOVABLE', facts: named }]);
  });
});

test.each<[what: string, format: ImageFormat, code: string, words: string, make: () => Promise<void>]>([
  ['is of another format', 'qcow2', 'IMAGE_UNUSABLE', 'is no qcow2', () => writeFile(at('x'), Buffer.alloc(4096))],
  ['is no VHD', 'vpc', 'IMAGE_UNUSABLE', 'is no VHD', () => writeFile(at('x'), Buffer.alloc(4096))],
  ['is no VHDX', 'vhdx', 'IMAGE_UNUSABLE', 'is no VHDX', () => writeFile(at('x'), '')],
  [
    'is encrypted',
    'qcow2',
    'IMAGE_UNUSABLE',
    'is encrypted',
    async () => {
      await createImage('qcow2', at('x'), { size });
      await overwrite('x', 32, [0, 0, 0, 2]);
    },
  ],
  [
    'keeps its data elsewhere',
    'qcow2',
    'IMAGE_UNUSABLE',
    'in another file',
    async () => {
      await createImage('qcow2', at('x'), { size });
      await overwrite('x', 79, [4]);
    },
  ],
  [
    'holds only its difference to another VHD',
    'vpc',
    'IMAGE_UNUSABLE',
    'its difference',
    async () => {
      await createImage('vpc', at('x'), { size, subformat: 'fixed', 'force-size': true });
      await overwrite('x', size + 63, [4]);
    },
  ],
  [
    'stands on a file outside the pool',
    'qcow2',
    'DISK_UNREACHABLE',
    'outside the storage pool',
    () => createImage('qcow2', at('x'), { size, 'backing-file': '/etc/passwd', 'backing-fmt': 'raw' }),
  ],
  [
    'stands on something at another machine',
    'qcow2',
    'IMAGE_UNUSABLE',
    'which is no file',
    () => createImage('qcow2', at('x'), { size, 'backing-file': 'nbd://192.0.2.1/x', 'backing-fmt': 'raw' }),
  ],
  [
    'stands on itself',
    'qcow2',
    'IMAGE_UNUSABLE',
    'or on itself',
    () => createImage('qcow2', at('x'), { size, 'backing-file': 'x', 'backing-fmt': 'qcow2' }),
  ],
])(
  'an image that %s is refused before QEMU is started, and told at preflight',
  async (_, format, code, words, make) => {
    await given(HYPERVISORS.simulator);
    await make();
    const definition = definitionOn('x', format);
    const refused = startVirtualMachine(hosts.a, { definition, savedState: null });
    await expect(refused).rejects.toThrow(words);
    expect(hosts.a.hypervisor.list()).toEqual(['web']);
    const [finding] = await inspectDisks(hosts.b, definition.disks);
    expect(finding).toMatchObject({ code, host: 'host-b', facts: expect.stringContaining(words) as string });
  },
);

// Only root may mount, and to root no mode of a file is an obstacle.
test.runIf(process.getuid?.() === 0)(
  'a pool that one host may only read is told of that host, and not of the other',
  async () => {
    await given(HYPERVISORS.simulator);
    const image: ImageDisk = { kind: 'image', id: 'root', image: 'web.raw', format: 'raw' };
    const theirs = join(folder, '../theirs');
    await mkdir(theirs);
    execFileSync('mount', ['--bind', folder, theirs]);
    try {
      execFileSync('mount', ['-o', 'remount,bind,ro', theirs]);
      const storage = new ImageStorage(new StoragePool(theirs));
      expect(await inspectDisks({ host: 'host-b', storage }, [image])).toMatchObject([
        { code: 'DISK_READ_ONLY', host: 'host-b', facts: 'Disk root: web.raw can’t be read and written here: EROFS.' },
      ]);
      expect(await inspectDisks(hosts.a, [image])).toEqual([]);
    } finally {
      execFileSync('umount', [theirs]);
    }
  },
);
