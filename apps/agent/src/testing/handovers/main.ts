import { parseArgs } from 'node:util';
import { definition } from '../two-hosts.ts';
import { scriptInWords } from './mischief.ts';
import { playHandovers } from './play-handovers.ts';

/** Plays seeded handovers and writes one line of JSON for each, for `npm run faults`. A signal ends it in order. */
const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, runs: { type: 'string', default: '1' } },
});
const [first, runs] = [Number(values.seed), Number(values.runs)];
/** Each waits more than it works. */
const atOnce = 6;

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());

function* seeds(): Generator<number> {
  for (let seed = first; seed < first + runs && !stop.signal.aborted; seed++) yield seed;
}

await playHandovers(definition, seeds(), atOnce, ({ script, ...played }) => {
  const told = { seed: script.seed, ...played, words: scriptInWords(script) };
  process.stdout.write(`${JSON.stringify(told)}\n`);
});
process.exit();
