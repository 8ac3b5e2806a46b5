import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { labTag } from '../lab-tag.ts';
import { reasonsAgainstRealGuests } from '../provision/real-guests.ts';
import { runCommand } from '../provision/run-command.ts';
import { LabNetwork } from './lab-network.ts';

const possible = (await reasonsAgainstRealGuests()).length === 0;
const tag = labTag(`/nowhere/${randomUUID()}`);

async function rootInterfaces(): Promise<string> {
  return runCommand('ip', ['-o', 'link', 'show']);
}

/** Whether one of the packets sent in two seconds comes back. */
async function reaches(from: string, to: string): Promise<boolean> {
  return runCommand('ip', ['netns', 'exec', from, 'fping', '-q', '-r', '20', '-t', '100', '-B', '1', to]).then(
    () => true,
    () => false,
  );
}

describe.runIf(possible)('the networks of a lab', () => {
  afterEach(() => LabNetwork.down(tag));

  it('join hosts and client, and leave nothing behind', async () => {
    const before = await rootInterfaces();
    const network = await LabNetwork.up(tag, ['host-a', 'host-b']);
    expect(await LabNetwork.leftovers(tag)).toHaveLength(4);
    expect(await rootInterfaces()).toBe(before);
    expect(await reaches(network.hostNamespace('host-a'), '10.88.0.12')).toBe(true);
    expect(await reaches(network.clientNamespace, '10.88.0.12'), 'guests have no way to the migration network').toBe(
      false,
    );
    await LabNetwork.down(tag);
    expect(await LabNetwork.leftovers(tag)).toEqual([]);
    expect(await rootInterfaces()).toBe(before);
  });

  it('can cut and slow a host’s migration link, and mend it', async () => {
    const network = await LabNetwork.up(tag, ['host-a', 'host-b']);
    const hostA = network.hostNamespace('host-a');
    await network.setMigrationLink('host-b', 'down');
    expect(await reaches(hostA, '10.88.0.12')).toBe(false);
    await network.setMigrationLink('host-b', 'up');
    await network.limitMigrationLink('host-a', 4_000_000);
    expect(await runCommand('tc', ['-n', hostA, 'qdisc', 'show', 'dev', 'migrate0'])).toContain('rate 32Mbit');
    expect(await reaches(hostA, '10.88.0.12')).toBe(true);
    await network.limitMigrationLink('host-a', null);
    await network.limitMigrationLink('host-a', null);
    expect(await runCommand('tc', ['-n', hostA, 'qdisc', 'show', 'dev', 'migrate0'])).not.toContain('tbf');
    await expect(network.setMigrationLink('host-z', 'down')).rejects.toThrow('host-z');
  });
});
