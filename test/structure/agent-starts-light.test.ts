import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const agent = join(import.meta.dirname, '../../apps/agent/dist/agent.js');
/** Writes down what is loaded. */
const hooks = `
  import { writeSync } from 'node:fs';
  export function load(url, context, next) { writeSync(1, url + '\\n'); return next(url, context); }
`;
const loading = `
  import { register } from 'node:module';
  register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hooks)}));
  await import(${JSON.stringify(agent)});
`;

test('an agent has loaded neither schemas nor what it talks with when it adopts guests that wait for it', () => {
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', loading], { encoding: 'utf8' });
  const loaded = stdout.split('\n');
  expect(stderr).toBe('');
  expect(loaded.some((url) => url.endsWith('/handover/adopt.js'))).toBe(true);
  expect(loaded.filter((url) => /\/node_modules\/(?:zod|@temporalio)\/|\/libs\/client\//.test(url))).toEqual([]);
});
