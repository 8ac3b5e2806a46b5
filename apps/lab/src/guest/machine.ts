/** The parts a guest boots from, as provisioned. */
export interface GuestImage {
  /** Absolute paths. */
  readonly kernel: string;
  readonly initrd: string;
  /** The package the kernel was taken from, with its version. */
  readonly kernelVersion: string;
}

/** A guest's machine: what must be equal at both ends of a migration, and when a warm state is loaded. */
export interface GuestMachine {
  readonly emulator: string;
  readonly accelerator: string;
  readonly machineType: string;
  readonly machineOptions: Readonly<Record<string, 'on' | 'off'>>;
  readonly cpuModel: string;
  readonly vcpus: number;
  readonly memoryKib: number;
  readonly kernel: string;
  readonly initrd: string;
  readonly append: string;
  /** A warm state remembers the disk's size, so it is the same for all. */
  readonly diskBytes: number;
}

/**
 * The machine of the lab's guests.
 * @param vcpus one or two; two boot in 4 to 5 s, one in 2 s
 */
export function guestMachine(image: GuestImage, { vcpus = 1 }: { vcpus?: number } = {}): GuestMachine {
  return {
    emulator: 'qemu-system-x86_64',
    accelerator: 'tcg',
    machineType: 'q35',
    // None of them is used, and each costs time at boot.
    machineOptions: { hpet: 'off', smm: 'off', vmport: 'off', usb: 'off' },
    cpuModel: 'Nehalem',
    vcpus,
    // 128 MiB and 8 KiB: QEMU 7.2's TCG loses dirty pages of memory sizes that are a multiple of 256 KiB.
    memoryKib: 131_080,
    kernel: image.kernel,
    initrd: image.initrd,
    append: [
      'console=ttyS0 loglevel=4 nokaslr lpj=4000000 mitigations=off tsc=reliable no_timer_check',
      'random.trust_cpu=on ipv6.disable=1',
    ].join(' '),
    diskBytes: 16 * 1024 * 1024,
  };
}
