import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { QmpClient } from '../qmp-client.ts';
import { simulatorPath } from './index.ts';

/** For tests: a process on QEMU's command line, the client of its monitor, and what it said. Ended with the test. */
export interface StartedVm {
  directory: string;
  client: QmpClient;
  kill(signal: NodeJS.Signals): void;
  /** Resolves with its exit status, `null` when a signal ended it. */
  exited: Promise<number | null>;
  stderr(): string;
}

export interface VmOptions {
  binary?: string;
  directory?: string;
  disk?: string;
  locking?: 'on' | 'off';
  uuid?: string;
  memory?: string;
  /** More words for the command line, like `-S -incoming defer`. */
  words?: string[];
}

/** Starts a VM without a guest to boot: 16 MiB and 8 KiB, q35. */
export async function startVm(options: VmOptions): Promise<StartedVm> {
  const { binary = simulatorPath, disk, locking = 'on', uuid = '7d1f8b9e-59a5-4a0c-8a6e-2f6b1a3c9d10' } = options;
  const directory = options.directory ?? temporary();
  const words = [
    ...['-name', 'guest=test', '-uuid', uuid, '-machine', 'q35', '-accel', 'tcg', '-cpu', 'qemu64'],
    ...['-m', `size=${options.memory ?? '16392k'}`, '-nodefaults', '-display', 'none'],
    ...(disk === undefined
      ? []
      : [
          ...['-blockdev', `driver=file,node-name=disk0-file,filename=${disk},locking=${locking}`],
          ...['-blockdev', 'driver=raw,node-name=disk0,file=disk0-file'],
          ...['-device', 'virtio-blk-pci,id=virtio-disk0,drive=disk0'],
        ]),
    ...['-qmp', 'unix:qmp.sock,server=on,wait=off'],
    ...(options.words ?? []),
  ];
  const child = spawn(binary, words, { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = ended(child);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const client = await QmpClient.connect({ directory, name: 'qmp.sock', timeoutMs: 15_000 });
  onTestFinished(() => client.close());
  return { directory, client, exited, kill: (signal) => void child.kill(signal), stderr: () => stderr };
}

/** A disk as the lab makes it: 64 KiB with a guest's personality, so that the modelled guest counts on it. */
export function guestDisk(dirtying = { mibPerSecond: 0, workingSetMib: 0 }): string {
  const bytes = Buffer.alloc(65_536);
  const personality = bytes.subarray(512, 1024);
  personality.write('FERRYVM1', 0, 'latin1');
  personality.writeUInt32LE(dirtying.mibPerSecond, 20);
  personality.writeUInt32LE(dirtying.workingSetMib, 24);
  personality.writeUInt32LE(bytes.length / 512 - 8, 28);
  personality.writeUInt32LE(crc32(personality.subarray(0, 508)), 508);
  const path = join(temporary(), 'disk.raw');
  writeFileSync(path, bytes);
  return path;
}

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'ferry-vm-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

async function ended(child: ChildProcess): Promise<number | null> {
  const [status] = (await once(child, 'exit')) as [number | null];
  return status;
}
