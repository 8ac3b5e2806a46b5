import { benchFleet, benchPreflight, type AskedTimes } from '../bench/bench-preflight.ts';
import type { LabConfig } from '../config.ts';
import { interruption, unlessInterrupted } from '../interruption.ts';
import { Lab } from '../lab.ts';
import { labFolder } from '../lab-layout.ts';
import type { LabOptions } from '../lab-options.ts';
import type { Terminal } from '../terminal.ts';
import { chooseReality } from './choose-reality.ts';

/** What `npm run bench -- --preflight --json` prints. */
export interface PreflightResult {
  one: AskedTimes;
  fleet: AskedTimes;
}

const ONE = { hosts: 4, times: 60, targetMs: 500 } as const;
const FLEET = { hosts: 50, machines: 200, times: 5, targetMs: 10_000 } as const;

/**
 * Measures how long it takes to say where one VM could go, on real parts, and where each of a fleet could, on simulated
 * hosts.
 * @returns the exit code: 0 when it was measured, whatever the numbers are
 */
export async function benchPreflightCommand(
  { json }: { json?: boolean },
  config: LabConfig,
  terminal: Terminal,
): Promise<number> {
  const signal = interruption();
  if ((await chooseReality(false, { ...config, ci: true }, terminal)) !== 'real') return 1;
  const say = (line: string) => terminal.event(line);
  const measure = async (options: Pick<LabOptions, 'hosts' | 'simulated'>, work: (lab: Lab) => Promise<AskedTimes>) => {
    const directory = labFolder('bench');
    const lab = await Lab.start({ directory, ...options, environment: config.inherited, actor: 'bench', signal });
    try {
      return await unlessInterrupted(work(lab), signal);
    } finally {
      await lab.stop();
    }
  };
  const one = await measure({ hosts: ONE.hosts }, (lab) => benchPreflight(lab, ONE.times, say));
  const fleet = await measure({ hosts: FLEET.hosts, simulated: true }, (lab) => benchFleet(lab, FLEET, say));
  const result: PreflightResult = { one, fleet };
  if (json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  else print(result, terminal);
  return 0;
}

function print({ one, fleet }: PreflightResult, terminal: Terminal): void {
  terminal.heading('How long a preflight takes');
  line(`one VM against ${ONE.hosts - 1} hosts`, one, ONE.targetMs);
  line(`${FLEET.machines} VMs against ${FLEET.hosts} simulated hosts`, fleet, FLEET.targetMs);

  function line(what: string, { medianMs, p95Ms }: AskedTimes, targetMs: number): void {
    const reached = p95Ms < targetMs ? 'reached' : 'NOT reached';
    terminal.line(`${what.padEnd(36)} median ${medianMs} ms, p95 ${p95Ms} ms   less than ${targetMs} ms   ${reached}`);
  }
}
