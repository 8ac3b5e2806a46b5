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
  disks: [{ kind: 'image', id: '0', image: 'disks/web-1.raw', format: 'raw' }],
  networks: [{ id: 'lan', network: 'lan', mac: '52:54:00:00:00:01' }],
};
const paths = new Map([
  ['boot/vmlinuz', '/pool, with comma/vmlinuz'],
  ['boot/initrd', '/pool, with comma/initrd'],
]);
const ports = [{ id: 'lan', mac: '52:54:00:00:00:01', bridge: 'br-lan', tap: 'fy0000-00000000' }];
const file = {
  kind: 'image' as const,
  path: '/pool, with comma/web-1.raw',
  format: 'raw' as const,
  bytes: null,
  backing: null,
};
const common = {
  definition,
  machineType: 'pc-q35-7.2',
  accelerator: 'tcg',
  ports,
  paths,
  volumes: [file],
  imageLocks: true,
};

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
    const [node] = valueOf(args, '-blockdev').map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(node).toMatchObject({ filename: '/pool, with comma/web-1.raw', locking: 'on' });
    expect(valueOf(args, '-kernel')).toEqual(['/pool, with comma/vmlinuz']);
  });

  test('opens a LUN by itself, and is told where the secret lies, not what it is', () => {
    const chap = { user: 'ferry', secretFile: '/etc/ferry/chap, secret' };
    const target = { portal: '192.0.2.50:3260', target: 'iqn.2026-01.com.example:web-1', lun: 1 };
    const lun = { kind: 'lun' as const, ...target, initiator: 'iqn.2026-01.com.example:host-a', chap };
    const args = commandLine({ ...common, volumes: [lun], incoming: null });
    const [secret] = valueOf(args, '-object').map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(secret).toEqual({ 'qom-type': 'secret', id: 'disk0-secret', file: '/etc/ferry/chap, secret' });
    const [device, whole] = valueOf(args, '-blockdev').map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(device).toMatchObject({ driver: 'iscsi', ...target, user: 'ferry', 'password-secret': 'disk0-secret' });
    expect(whole).toMatchObject({ 'node-name': 'disk0', file: device?.['node-name'] });
    const open = commandLine({ ...common, volumes: [{ ...lun, chap: null }], incoming: null });
    expect(open).not.toContain('-object');
    // To the guest, and so to what is migrated, it is the same device.
    expect(valueOf(args, '-device')).toEqual(valueOf(commandLine({ ...common, incoming: null }), '-device'));
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
