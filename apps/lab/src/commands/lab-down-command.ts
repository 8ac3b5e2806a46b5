import { gone, identify, signal } from '../processes/process-identity.ts';
import { takeDown } from '../take-down.ts';
import type { Terminal } from '../terminal.ts';
import { knownLabs } from './known-labs.ts';

const ownerWithinMs = 60_000;

/**
 * Takes down the labs of this checkout that are up or have left something, or the named one. A process that is in
 * charge of one is asked to do it.
 * @returns the exit code
 * @throws LabLeftovers when something of one can't be removed
 */
export async function labDownCommand(name: string | undefined, terminal: Terminal): Promise<number> {
  const labs = (await knownLabs()).filter((lab) => name === undefined || lab.name === name);
  if (labs.length === 0) terminal.line(name === undefined ? 'There is no lab.' : `There is no lab "${name}".`);
  for (const lab of labs) {
    const owner = lab.inCharge === null ? null : identify(lab.inCharge);
    if (owner !== null) {
      signal(owner, 'SIGTERM');
      await gone(owner, ownerWithinMs);
    }
    await takeDown(lab.layout);
    terminal.line(`${lab.name} is down`);
  }
  return 0;
}
