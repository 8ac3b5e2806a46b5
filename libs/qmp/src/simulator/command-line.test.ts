import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { parseCommandLine } from './command-line.ts';
import { simulatorPath } from './index.ts';
import { guestDisk, startVm } from './started-vm.ts';

it('takes the command line of a lab guest', () => {
  const disk = guestDisk();
  const words = [
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-name', 'guest=one'],
    ...['-uuid', '7D1F8B9E-59a5-4a0c-8a6e-2f6b1a3c9d10', '-machine', 'q35,hpet=off,smm=off', '-accel', 'tcg'],
    ...['-cpu', 'Nehalem,vendor=AuthenticAMD', '-smp', '2', '-m', 'size=131080k', '-kernel', 'k', '-initrd', 'i'],
    ...['-append', 'console=ttyS0', '-blockdev', `driver=file,node-name=disk0-file,filename=${disk},locking=on`],
    ...['-blockdev', 'driver=raw,node-name=disk0,file=disk0-file', '-device', 'virtio-blk-pci,drive=disk0,addr=0x2'],
    ...['-netdev', 'tap,id=net0,ifname=tap0', '-device', 'virtio-net-pci,netdev=net0,mac=52:54:00:00:00:01'],
    ...['-sandbox', 'on,spawn=deny', '-msg', 'timestamp=on', '-serial', 'file:serial.log', '-pidfile', 'pid'],
    ...['-qmp', 'unix:qmp.sock,server=on,wait=off', '-S', '-incoming', 'defer'],
  ];
  expect(parseCommandLine(words)).toMatchObject({
    name: 'one',
    uuid: '7d1f8b9e-59a5-4a0c-8a6e-2f6b1a3c9d10',
    machineType: 'pc-q35-7.2',
    cpuModel: 'Nehalem',
    cpuVendor: 'AuthenticAMD',
    cpus: 2,
    memoryBytes: 131_080 * 1024,
    startPaused: true,
    incoming: 'defer',
    monitorPath: 'qmp.sock',
    pidFile: 'pid',
    blockNodes: [
      { nodeName: 'disk0-file', filename: disk, locking: true },
      { nodeName: 'disk0', file: 'disk0-file' },
    ],
  });
});

it.each([
  [['-frobnicate'], '-frobnicate: invalid option'],
  [['-uuid'], '-uuid: requires an argument'],
  [['-machine', 'toaster'], 'unsupported machine type'],
  [['-cpu', 'abacus'], "unable to find CPU model 'abacus'"],
  [['-blockdev', 'driver=file,filename=missing.raw'], "Could not open 'missing.raw': No such file or directory"],
])('exits with 1 on %j', (words, message) => {
  const { status, stderr } = spawnSync(simulatorPath, words, { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toContain(`qemu-system-x86_64: `);
  expect(stderr).toContain(message);
});

it('refuses to start on an image that another one writes, and starts once that one is dead', async () => {
  const disk = guestDisk();
  const first = await startVm({ disk });
  const { status, stderr } = spawnSync(simulatorPath, ['-blockdev', `driver=file,filename=${disk}`], {
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stderr).toContain('Failed to get "write" lock');
  first.kill('SIGKILL');
  await first.exited;
  const second = await startVm({ disk });
  expect((await second.client.execute('query-status')).running).toBe(true);
});
