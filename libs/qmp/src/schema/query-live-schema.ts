import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { JsonLines } from '../framing.ts';
import type { SchemaEntry } from './qmp-schema.ts';

/** Asks a QEMU binary for its whole schema, over its standard streams, without a guest. */
export async function queryLiveSchema(binary: string): Promise<SchemaEntry[] | 'no such binary'> {
  const options = ['-S', '-nodefaults', '-machine', 'none', '-display', 'none', '-qmp', 'stdio'];
  const qemu = spawn(binary, options, { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    await once(qemu, 'spawn');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'no such binary';
    throw error;
  }
  for (const execute of ['qmp_capabilities', 'query-qmp-schema', 'quit']) {
    qemu.stdin.write(`${JSON.stringify({ execute, id: execute })}\n`);
  }
  const lines = new JsonLines();
  let schema: SchemaEntry[] | undefined;
  for await (const chunk of qemu.stdout) {
    for (const message of lines.push(chunk as Buffer)) {
      if (message['id'] === 'query-qmp-schema') schema = message['return'] as SchemaEntry[];
    }
  }
  if (!schema) throw new Error(`${binary} did not answer query-qmp-schema`);
  return schema;
}
