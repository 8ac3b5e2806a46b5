import { identify } from '@ferry/processes';
import { gone, signal } from '../processes/end-process.ts';
import { takeDown } from '../take-down.ts';
import type { Terminal } from '../terminal.ts';
import { playground } from '../lab-layout.ts';
import { knownLabs } from './known-labs.ts';

const ownerWithinMs = 60_000;

/**
 * Takes down the named lab; without a name the one to play with, and all that nobody is in charge of. What is being run
 * by a demo or a test elsewhere is taken down only by its name. A process in charge is asked to do it.
 * @returns the exit code
 * @throws LabLeftovers when something of one can't be removed
 */
export async function labDownCommand(name: string | undefined, terminal: Terminal): Promise<number> {
  const labs = (await knownLabs())
    .filter((lab) => lab.isThere)
    .filter((lab) => (name === undefined ? lab.inCharge === null || lab.name === playground : lab.name === name));
  if (labs.length === 0) terminal.line(name === undefined ? 'No lab is up.' : `No lab "${name}" is up.`);
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
