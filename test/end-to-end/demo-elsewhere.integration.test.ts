import { labTag, markedProcesses } from '@ferry/lab';
import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/**
 * Makes of this machine, for one process and its children, what others are: no process is told of by /proc, no program of
 * Linux is found but flock, without which no agent of Linux starts, and they are not root. What Temporal's and Postgres' Linux binaries look up of themselves stays.
 */
const script = `
set -e
mount --rbind /proc "$1/proc"
mount -t tmpfs tmpfs /proc
ln -s "$1"/proc/self "$1"/proc/meminfo "$1"/proc/stat /proc/
mount --bind "$2" "$1/ferry"
mount -t tmpfs -o mode=1777 tmpfs "$1/ferry/.ferry"
mkdir -m 1777 "$1/ferry/.ferry/cache"
mount --bind "$2/.ferry/cache" "$1/ferry/.ferry/cache"
cd "$1/ferry"
exec setpriv --reuid 65534 --regid 65534 --clear-groups env -i PATH="$1/bin" node apps/lab/dist/main.js demo
`;

/** It answers by what lies where /proc was before. */
const ps = (proc: string) => `#!/bin/sh
for word; do pid=$word; done
read -r stat < "${proc}/$pid/stat" || exit 1
set -- \${stat##*) }
state=$1; shift 19
echo "$state $1"
`;

let directory: string;
beforeEach(async () => {
  // Below a folder that everybody may enter, whatever TMPDIR says.
  directory = await mkdtemp('/tmp/ferry-elsewhere-');
  await chmod(directory, 0o755);
  for (const name of ['bin', 'proc', 'ferry']) await mkdir(join(directory, name));
  await writeFile(join(directory, 'bin', 'ps'), ps(join(directory, 'proc')), { mode: 0o755 });
  const programs = { node: process.execPath, sh: '/bin/sh', nice: '/usr/bin/nice', flock: '/usr/bin/flock' };
  for (const [name, path] of Object.entries(programs)) await symlink(path, join(directory, 'bin', name));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test('where neither root nor Linux is to be had, the demo says so in one line, holds on the simulator, and leaves nothing', async () => {
  const words = ['--mount', '--propagation', 'private', '--', 'bash', '-c', script, 'bash', directory, checkout];
  const demo = spawn('unshare', words, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [demo.stdout, demo.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const code = await new Promise((resolve) => demo.once('close', resolve));
  expect(said).toMatch(/^.*simulated, as no real lab can be had here: .*need root.*$/m);
  expect(said).toMatch(/All \d+ facts hold/);
  expect(code).toBe(0);
  expect(markedProcesses(labTag(join(directory, 'ferry', '.ferry', 'labs', 'demo')))).toEqual([]);
});
