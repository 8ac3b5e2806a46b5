import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A guest that boots ends within 0.2 s; one that does not never would. */
const patienceMs = 1_500;
/** What `isa-debug-exit` makes of the word that the guest sends: 0x10 · 2 + 1. */
const heard = 33;

/**
 * A multiboot kernel that walks the first steps of Linux's and then sends a word. Under a KVM that is only half there
 * the last but one of them never ends, so a guest that merely starts would prove nothing.
 */
const kernel = [
  '02b0ad1b 00000100 fe4f51e4 00001000 00001000 00000000 00000000 20001000', // multiboot header, loaded at 1 MiB
  'bf00002000 0f22df 31c0 b9000c0000 fc f3ab', // cr3 ← 0x200000; clear three pages of tables there
  'c7050000200003102000 c7050010200003202000', // top and second level
  'c7050020200083000000 c7050820200083002000', // two pages of 2 MiB, one to one
  '0f20e0 83c820 0f22e0', // cr4: physical address extension
  'b9800000c0 0f32 0d00010000 0f30', // efer: long mode
  '0f20c0 0d00000080 0f22c0', // cr0: paging
  '0f0115b8001000 ea8a0010000800', // gdt; jump to 64-bit code
  'bef8ff2f00 bff8ff3f00 b900a00100', // from, to, how many:
  'fd f348a5 fc', // move memory upwards, from its end, as the decompressor does with itself
  'b810000000 e7f4 f4 ebfd', // send the word; halt
  '000000000000000000000000009a20000f00 a8001000', // gdt: none, 64-bit code; its size and place
]
  .join('')
  .replaceAll(' ', '');

/** Whether a guest boots under the accelerator: it is started, and heard from. */
export async function bootsUnder(accelerator: string, qemu: string, runDirectory: string): Promise<boolean> {
  const directory = await mkdtemp(join(runDirectory, '.probe-'));
  try {
    await writeFile(join(directory, 'kernel'), Buffer.from(kernel, 'hex'));
    const args = [
      ...['-nodefaults', '-no-user-config', '-display', 'none'],
      ...['-machine', 'q35', '-accel', accelerator, '-m', '16'],
      ...['-kernel', 'kernel', '-device', 'isa-debug-exit,iobase=0xf4,iosize=4'],
    ];
    const probe = spawn(qemu, args, { cwd: directory, stdio: 'ignore', timeout: patienceMs, killSignal: 'SIGKILL' });
    const [code] = (await once(probe, 'exit')) as [number | null];
    return code === heard;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
