import type { LabConfig } from '../config.ts';
import { interruption, unlessInterrupted } from '../interruption.ts';
import { Lab } from '../lab.ts';
import { labFolder } from '../lab-layout.ts';
import type { LabOptions } from '../lab-options.ts';
import type { Say } from '../provision/progress.ts';
import type { Terminal } from '../terminal.ts';
import { chooseReality } from './choose-reality.ts';

/**
 * Measures in a lab of the bench's own, a real one, which is taken down afterwards, also when it is interrupted.
 * @returns what was measured; null where no real lab can be had, which was said
 */
export async function inBenchLab<Result>(
  measure: (lab: Lab, say: Say) => Promise<Result>,
  options: Pick<LabOptions, 'storage'>,
  config: LabConfig,
  terminal: Terminal,
): Promise<Result | null> {
  const signal = interruption();
  if ((await chooseReality(false, { ...config, ci: true }, terminal)) !== 'real') return null;
  const directory = labFolder('bench');
  const { inherited: environment } = config;
  const lab = await Lab.start({ directory, hosts: 2, ...options, environment, actor: 'bench', signal });
  try {
    return await unlessInterrupted(
      measure(lab, (line) => terminal.event(line)),
      signal,
    );
  } finally {
    await lab.stop();
  }
}
