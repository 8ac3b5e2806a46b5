import { access, constants } from 'node:fs/promises';
import { runCommand } from './run-command.ts';
import { installCommand, missingPackages } from './system-packages.ts';

const probePrefix = 'ferry-probe-';

/**
 * Why this machine can't run real guests, each with what would fix it; empty when it can. What it needs is tried, not
 * guessed: a namespace, a bridge and a tap are made and removed.
 */
export async function reasonsAgainstRealGuests(): Promise<string[]> {
  if (process.platform !== 'linux') return [`real guests need Linux, this is ${process.platform}`];
  if (process.arch !== 'x64') return [`the guest's kernel is for x86-64, this machine is ${process.arch}`];
  const reasons: string[] = [];
  if (process.getuid?.() !== 0) reasons.push('network namespaces, bridges and taps need root: run it with sudo');
  const missing = await missingPackages(['qemu-system-x86', 'iproute2', 'fping']);
  if (missing.length > 0) reasons.push(`${missing.join(', ')} not installed: ${installCommand(missing)}`);
  if (reasons.length > 0) return reasons;
  await access('/dev/net/tun', constants.R_OK | constants.W_OK).catch(() => {
    reasons.push('/dev/net/tun is missing: modprobe tun, or give the container that device');
  });
  await tryNetwork().catch((error: unknown) => {
    const said = error instanceof Error ? error.message : String(error);
    reasons.push(`the network can't be made (${said}): run it as root outside a container, or in a privileged one`);
  });
  return reasons;
}

async function tryNetwork(): Promise<void> {
  await removeOldProbes();
  const namespace = `${probePrefix}${process.pid}`;
  await runCommand('ip', ['netns', 'add', namespace]);
  try {
    await runCommand('ip', ['-n', namespace, 'link', 'add', 'bridge0', 'type', 'bridge']);
    await runCommand('ip', ['-n', namespace, 'tuntap', 'add', 'tap0', 'mode', 'tap']);
    await runCommand('ip', ['-n', namespace, 'link', 'set', 'tap0', 'master', 'bridge0']);
  } finally {
    await runCommand('ip', ['netns', 'delete', namespace]);
  }
}

/** Those of runs that were killed in between. */
async function removeOldProbes(): Promise<void> {
  const listed = await runCommand('ip', ['netns', 'list']);
  for (const line of listed.split('\n').filter((line) => line.startsWith(probePrefix))) {
    const name = line.split(' ', 1)[0] ?? '';
    const alive = await access(`/proc/${name.slice(probePrefix.length)}`).then(
      () => true,
      () => false,
    );
    if (!alive) await runCommand('ip', ['netns', 'delete', name]);
  }
}
