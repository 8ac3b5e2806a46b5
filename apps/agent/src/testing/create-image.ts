import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';

/** As QEMU's `blockdev-create` takes them, without driver and file. */
export type ImageOptions = { size: number } & Record<string, unknown>;

const layerId = 'made';

/** Makes an image of any format that QEMU knows, by a QEMU that has no machine. Rejects with its words. */
export async function createImage(driver: string, path: string, options: ImageOptions): Promise<void> {
  await rm(path, { force: true });
  await writeFile(path, '');
  const commands = [
    { execute: 'qmp_capabilities' },
    { execute: 'blockdev-add', arguments: { driver: 'file', 'node-name': layerId, filename: path } },
    {
      execute: 'blockdev-create',
      arguments: { 'job-id': layerId, options: { driver, file: layerId, ...options } },
    },
  ];
  await new Promise<void>((resolve, reject) => {
    const args = ['-machine', 'none', '-nodefaults', '-display', 'none', '-qmp', 'stdio'];
    const child = execFile('qemu-system-x86_64', args, { timeout: 20_000 }, (_, said) => {
      const failed = /"error": (?:\{[^}]*\}|"[^"]*")/.exec(said);
      if (failed === null && said.includes('"concluded"')) resolve();
      else reject(new Error(`${driver} could not be made: ${failed?.[0] ?? said}`));
    });
    let heard = '';
    child.stdout?.on('data', (text: string) => {
      heard += text;
      // The job keeps why it failed until somebody asks.
      if (text.includes('"concluded"')) child.stdin?.end('{"execute":"query-jobs"}\n{"execute":"quit"}\n');
      else if (heard.includes('"error"')) child.stdin?.end('{"execute":"quit"}\n');
    });
    child.stdin?.write(commands.map((command) => `${JSON.stringify(command)}\n`).join(''));
  });
}
