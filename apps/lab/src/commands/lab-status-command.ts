import type { Terminal } from '../terminal.ts';
import { knownLabs } from './known-labs.ts';

/** Says which labs of this checkout are up. @returns the exit code */
export async function labStatusCommand(terminal: Terminal): Promise<number> {
  const up = (await knownLabs()).filter((lab) => lab.isThere);
  if (up.length === 0) terminal.line('No lab is up.');
  for (const { name, state, processes, inCharge } of up) {
    terminal.heading(`${name}${state?.simulated ? ', simulated' : ''}`);
    terminal.line(`API        ${state?.addresses?.apiUrl ?? 'not yet'}`);
    terminal.line(`hosts      ${state?.hosts.join(' ') ?? ''}`);
    terminal.line(`processes  ${processes.length}`);
    terminal.line(
      inCharge === null
        ? `nobody is in charge of it; npm run lab -- down ${name} takes it down`
        : `process ${inCharge} is in charge of it`,
    );
  }
  return 0;
}
