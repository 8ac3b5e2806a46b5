import { findLeftovers, Lab, labFolder, LabLayout, LabNetwork, labTag, markedProcesses } from '@ferry/lab';
import { cover } from '../../apps/lab/src/cover.ts';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const directory = labFolder('test-killed');
const tag = labTag(directory);
const program = fileURLToPath(new URL('keep-a-lab.mjs', import.meta.url));

test('whoever runs a lab is killed with -9: what it left is found, and taken down to the last process and namespace', async () => {
  const keeper = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(keeper.stdout, 'data');
  keeper.kill('SIGKILL');
  await once(keeper, 'exit');
  // QEMU among them: it outlives its agent, and its agent outlived the lab. So did the SAN.
  for (const part of ['guest=web-1', 'tgtd'])
    expect(markedProcesses(tag).some(({ command }) => command.includes(part))).toBe(true);
  expect(await LabNetwork.leftovers(tag)).toHaveLength(5);

  // As whoever plays faults may leave it.
  await cover(new LabLayout(directory).witness, 'read-only', directory);
  await Lab.reap(directory);
  expect(markedProcesses(tag)).toEqual([]);
  expect(await LabNetwork.leftovers(tag)).toEqual([]);
  expect(await findLeftovers(new LabLayout(directory), tag, null)).toEqual([]);
});
