import type { LabConfig } from '../config.ts';
import { tellStory } from '../demo/story.ts';
import { interruption, unlessInterrupted } from '../interruption.ts';
import { Lab } from '../lab.ts';
import { labFolder } from '../lab-layout.ts';
import type { Terminal } from '../terminal.ts';
import { chooseReality } from './choose-reality.ts';
import { sayWhatToType } from './say-what-to-type.ts';

export interface DemoOptions {
  readonly keep?: boolean;
  readonly simulated?: boolean;
}

/**
 * Tells the story from beginning to end.
 * @returns the exit code: 0 only if every fact was seen and holds
 */
export async function demoCommand(options: DemoOptions, config: LabConfig, terminal: Terminal): Promise<number> {
  const signal = interruption();
  const reality = await chooseReality(options.simulated ?? false, config, terminal);
  if (reality === null) return 1;
  const simulated = reality === 'simulated';

  terminal.heading(simulated ? 'The lab comes up, simulated' : 'The lab comes up');
  const began = performance.now();
  const lab = await Lab.start({
    directory: labFolder('demo'),
    simulated,
    environment: config.inherited,
    actor: 'demo',
    signal,
    onProgress: (line) => terminal.event(line),
  });
  let kept = false;
  try {
    terminal.event(`${lab.hosts.length} hosts are up after ${((performance.now() - began) / 1000).toFixed(1)} s`);
    const checks = await unlessInterrupted(tellStory(lab, terminal), signal);
    const failed = checks.filter((each) => !each.holds).length;
    terminal.heading(
      failed === 0 ? `All ${checks.length} facts hold` : `${failed} of ${checks.length} facts do not hold`,
    );
    kept = options.keep ?? false;
    if (kept) await lab.leaveUp();
    sayWhatToType(terminal, kept ? { name: 'demo', apiUrl: lab.addresses.apiUrl } : null);
    return failed === 0 ? 0 : 1;
  } finally {
    if (!kept) {
      await lab.stop();
      terminal.line('Everything is taken down again.');
    }
  }
}
