import { BadSettings } from '@ferry/contracts/settings';
import { runAgent } from './agent.ts';
import { readConfig } from './config.ts';
import { takePrecedence } from './precedence.ts';

takePrecedence();

const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());

try {
  await runAgent(readConfig(), stop.signal);
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof BadSettings ? BadSettings.exitStatus : 1);
}
