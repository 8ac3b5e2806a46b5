import type { GuestMachine } from './machine.ts';

/** What differs between two guests of one machine. Paths are absolute or relative to the folder QEMU runs in. */
export interface GuestPlace {
  readonly name: string;
  readonly uuid: string;
  readonly disk: string;
  readonly mac: string;
  /** A tap that exists; without one the card is on no network, which a state saved so does not remember. */
  readonly tap?: string;
  /** `defer`, or `fd:N` for a warm state that the process inherits. Without it the guest boots. */
  readonly incoming?: string;
  /** Where its console goes; `serial.log` in QEMU's folder if not said. */
  readonly serial?: string;
}

/** The canonical command line of a lab guest, without the program. The README says why each part is as it is. */
export function guestArguments(machine: GuestMachine, place: GuestPlace): string[] {
  const options = Object.entries(machine.machineOptions).map(([name, value]) => `,${name}=${value}`);
  const network =
    place.tap === undefined ? 'hubport,id=net0,hubid=0' : `tap,id=net0,ifname=${place.tap},script=no,downscript=no`;
  return [
    '-nodefaults',
    '-no-user-config',
    ...['-display', 'none'],
    ...['-name', `guest=${place.name},debug-threads=on`],
    ...['-uuid', place.uuid],
    ...['-machine', `${machine.machineType}${options.join('')}`],
    ...['-accel', machine.accelerator],
    ...['-cpu', machine.cpuModel],
    ...['-smp', String(machine.vcpus)],
    ...['-m', `size=${machine.memoryKib}k`],
    ...['-kernel', machine.kernel],
    ...['-initrd', machine.initrd],
    ...['-append', machine.append],
    ...['-blockdev', `driver=file,node-name=disk0-file,filename=${place.disk},locking=on`],
    ...['-blockdev', 'driver=raw,node-name=disk0,file=disk0-file'],
    ...[
      '-device',
      'virtio-blk-pci,id=virtio-disk0,drive=disk0,share-rw=off,werror=stop,rerror=stop,bus=pcie.0,addr=0x2',
    ],
    ...['-netdev', network],
    ...['-device', `virtio-net-pci,id=virtio-net0,netdev=net0,mac=${place.mac},romfile=,bus=pcie.0,addr=0x3`],
    ...['-serial', place.serial ?? 'file:serial.log'],
    ...['-qmp', 'unix:qmp.sock,server=on,wait=off'],
    ...(place.incoming === undefined ? [] : ['-S', '-incoming', place.incoming]),
  ];
}
