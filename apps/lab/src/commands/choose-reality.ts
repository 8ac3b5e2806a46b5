import type { LabConfig } from '../config.ts';
import { checkout } from '../lab-layout.ts';
import { provision } from '../provision/provision.ts';
import type { Terminal } from '../terminal.ts';

/**
 * Decides whether the lab is real. Where it can't be, it says why in one line.
 * @returns null when it has to be real and can't
 * @throws ProvisioningFailed when not even a simulated lab can be had
 */
export async function chooseReality(
  wishedSimulated: boolean,
  config: LabConfig,
  terminal: Terminal,
): Promise<'real' | 'simulated' | null> {
  const { guests } = await provision({ root: checkout, say: (line) => terminal.line(line) });
  if (wishedSimulated || guests.real) return wishedSimulated ? 'simulated' : 'real';
  const why = guests.reasons.join('; ');
  terminal.warning(
    config.ci ? `no real lab here, and CI demands one: ${why}` : `simulated, as no real lab can be had here: ${why}`,
  );
  return config.ci ? null : 'simulated';
}
