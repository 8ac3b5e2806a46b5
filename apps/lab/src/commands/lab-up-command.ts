import type { LabConfig } from '../config.ts';
import { interruption, Interrupted, unlessInterrupted } from '../interruption.ts';
import { Lab } from '../lab.ts';
import { labFolder, playground } from '../lab-layout.ts';
import type { LabStorage } from '../lab-storage.ts';
import type { Terminal } from '../terminal.ts';
import { chooseReality } from './choose-reality.ts';
import { sayWhatToType } from './say-what-to-type.ts';

/** Where the command line looks for an API that it is told nothing of. */
const usualApiPort = 8080;
const dirty = { mibPerSecond: 8, workingSetMib: 8 };

/**
 * Brings a lab up with a guest in it, and keeps it until it is interrupted.
 * @returns the exit code
 */
export async function labUpCommand(
  options: { readonly simulated?: boolean; readonly storage?: LabStorage },
  config: LabConfig,
  terminal: Terminal,
): Promise<number> {
  const signal = interruption();
  const reality = await chooseReality(options.simulated ?? false, config, terminal);
  if (reality === null) return 1;
  terminal.heading('The lab comes up');
  const lab = await Lab.start({
    directory: labFolder(playground),
    simulated: reality === 'simulated',
    storage: options.storage ?? 'files',
    apiPort: usualApiPort,
    environment: config.inherited,
    signal,
    onProgress: (line) => terminal.event(line),
  });
  try {
    await unlessInterrupted(play(lab, terminal), signal);
    return 0;
  } catch (error) {
    if (error instanceof Interrupted) return 0;
    throw error;
  } finally {
    terminal.heading('It goes down');
    await lab.stop();
    terminal.line('Nothing of it is left.');
  }
}

/** Never ends by itself. */
async function play(lab: Lab, terminal: Terminal): Promise<never> {
  const [host = ''] = lab.hosts;
  await lab.createGuest('web-1', { host, dirty });
  terminal.event(`web-1 runs on ${host}`);
  const { apiUrl, temporalAddress, temporalUiUrl, databaseUrl } = lab.addresses;
  terminal.heading('It is up');
  terminal.line(`API        ${apiUrl}, described at ${apiUrl}/docs`);
  terminal.line(`Temporal   ${temporalAddress}, its pages at ${temporalUiUrl}`);
  terminal.line(`Postgres   ${databaseUrl}`);
  terminal.line(`logs       ${lab.layout.logs}`);
  sayWhatToType(terminal, { name: playground, apiUrl });
  terminal.line();
  terminal.line('Ctrl-C takes it down.');
  return new Promise<never>(() => {
    // Something has to keep this process alive.
    setInterval(() => undefined, 2 ** 30);
  });
}
