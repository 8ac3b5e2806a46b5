import { describe, expect, test } from 'vitest';
import type { VirtualMachineDefinition } from '@ferry/domain';
import { commandLine } from './command-line.ts';

const definition: VirtualMachineDefinition = {
  id: 'web-1',
  uuid: '6f9619ff-8b86-4d11-b42d-00cf4fc964ff',
  machine: { type: 'q35', options: { hpet: false, smm: true } },
  cpu: { model: 'Nehalem,vendor=AuthenticAMD', count: 2 },
  memoryKiB: 131_080,
  boot: { kernel: 'boot/vmlinuz', initrd: 'boot/initrd', append: 'console=ttyS0 root=/dev/vda,x=y' },
  disks: [{ id: '0', image: 'disks/web-1.raw', format: 'raw' }],
  networks: [{ id: 'lan', network: 'lan', mac: '52:54:00:00:00:01' }],
};
const paths = new Map([
  ['boot/vmlinuz', '/pool, with comma/vmlinuz'],
  ['boot/initrd', '/pool, with comma/initrd'],
  ['disks/web-1.raw', '/pool, with comma/web-1.raw'],
]);
const ports = [{ id: 'lan', mac: '52:54:00:00:00:01', bridge: 'br-lan', tap: 'fy0000-00000000' }];
const common = { definition, machineType: 'pc-q35-7.2', accelerator: 'tcg', ports, paths, imageLocks: true };

function valueOf(args: string[], option: string): string[] {
  return args.flatMap((arg, index) => (arg === option ? [args[index + 1] ?? ''] : []));
}

describe('QEMU’s command line', () => {
  test('builds the same machine for the source and the destination, save where its state comes from', () => {
    const booted = commandLine({ ...common, incoming: null });
    const received = commandLine({ ...common, incoming: 'defer' });
    expect(received).toEqual([...booted, '-incoming', 'defer']);
  });

  test('never starts the CPUs by itself', () => {
    expect(commandLine({ ...common, incoming: null })).toContain('-S');
  });

  test('keeps image locks on, and paths whole, whatever characters the pool’s own path has', () => {
    const args = commandLine({ ...common, incoming: null });
    const [file] = valueOf(args, '-blockdev').map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(file).toMatchObject({ filename: '/pool, with comma/web-1.raw', locking: 'on' });
    expect(valueOf(args, '-kernel')).toEqual(['/pool, with comma/vmlinuz']);
  });

  test('says the versioned machine type with its options', () => {
    expect(valueOf(commandLine({ ...common, incoming: null }), '-machine')).toEqual(['pc-q35-7.2,hpet=off,smm=on']);
  });

  test('uses the tap that was made, or none', () => {
    expect(valueOf(commandLine({ ...common, incoming: null }), '-netdev')).toEqual([
      'tap,ifname=fy0000-00000000,script=no,downscript=no,id=net0',
    ]);
    const untapped = { ...common, ports: ports.map((port) => ({ ...port, tap: null })) };
    expect(valueOf(commandLine({ ...untapped, incoming: null }), '-netdev')).toEqual(['hubport,hubid=0,id=net0']);
  });

  test('refuses a path that nobody resolved', () => {
    expect(() => commandLine({ ...common, paths: new Map(), incoming: null })).toThrow('was not resolved');
  });
});
