import type { HostId } from '@ferry/domain';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { labTag } from '../lab-tag.ts';
import { hostBridge } from '../network/lab-network.ts';
import { markedProcesses } from '../processes/marked-processes.ts';
import { runCommand } from '../provision/run-command.ts';
import type { Scene } from './scene.ts';

/** The working directories of all QEMUs of the guest, wherever they run. */
export function processesOf({ lab, guest }: Pick<Scene, 'lab' | 'guest'>): string[] {
  return markedProcesses(labTag(lab.layout.root)).flatMap(({ command, workingDirectory }) =>
    command.includes(`guest=${guest},`) || command.includes(`guest=${guest} `) ? [workingDirectory] : [],
  );
}

/** What there is of the guest on a host: processes, its folder, taps, a session on its LUN. */
export async function tracesOn(scene: Pick<Scene, 'lab' | 'guest'>, host: HostId): Promise<string[]> {
  const { layout, network, san } = scene.lab;
  const folders = (await readdir(layout.runDirectory(host))).filter((name) => name.startsWith(scene.guest));
  const processes = processesOf(scene).filter((folder) => folder.startsWith(layout.runDirectory(host)));
  const links =
    network === null
      ? ''
      : await runCommand('ip', ['-n', network.hostNamespace(host), '-o', 'link', 'show', 'master', hostBridge]);
  const taps = [...links.matchAll(/\bfy[0-9a-f]{4}-[0-9a-f]{8}\b/g)].map(([name]) => `tap ${name} on ${host}`);
  const sessions = (await san?.hostsOn(scene.guest)) ?? [];
  return [
    ...(sessions.includes(host) ? [`a session of ${host} on its LUN`] : []),
    ...folders.map((name) => `folder ${name} on ${host}`),
    ...processes.map(() => `a QEMU on ${host}`),
    ...new Set(taps),
  ];
}

/** What there is of a stream's secret on a host. */
export async function secretsOn({ lab }: Scene, host: HostId): Promise<string[]> {
  const names = await readdir(lab.layout.runDirectory(host), { recursive: true });
  const secrets = names.filter((name) => name.endsWith('keys.psk') || name.startsWith('.stream-keys/'));
  return secrets.map((name) => `secret ${name} on ${host}`);
}

/** What the guest itself complained of, on the hosts that still have its console. */
export async function complaints({ lab, guest }: Scene): Promise<string[]> {
  const consoles = await Promise.all(
    lab.hosts.map((host) => readFile(join(lab.layout.runDirectory(host), guest, 'serial.log'), 'utf8').catch(() => '')),
  );
  return consoles.flatMap((text) => text.split('\n').filter((line) => /FORK|CORRUPT|Kernel panic/.test(line)));
}
