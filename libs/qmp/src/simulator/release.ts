import type { Commands, MachineInfo, MigrationCapability } from '../protocol.ts';
import { machineInfos } from './known-hardware.ts';
import { UsageError } from './option-lists.ts';

/** An older QEMU that a simulator passes for, to whoever asks it what it is and has: its migrations are those of 7.2. */
export interface Release {
  major: number;
  minor: number;
}

/** Since when QEMU has what came later than the rest. */
const SINCE: { [C in MigrationCapability]?: Release } = {
  'pause-before-switchover': { major: 2, minor: 11 },
  'dirty-bitmaps': { major: 2, minor: 12 },
  'late-block-activate': { major: 3, minor: 1 },
  'validate-uuid': { major: 4, minor: 2 },
};

/** Of `-x-release 4.1`; null without it. */
export function parseRelease(text: string | undefined): Release | null {
  if (text === undefined) return null;
  const [, major, minor] = /^(\d+)\.(\d+)$/.exec(text) ?? [];
  if (major === undefined) throw new UsageError(`-x-release ${text}: must be a release such as 4.1`);
  return { major: Number(major), minor: Number(minor) };
}

export function versionOf(release: Release | null): Commands['query-version']['returns'] {
  const ours = { qemu: { major: 7, minor: 2, micro: 22 }, package: 'Ferry simulator' };
  return release === null ? ours : { qemu: { ...release, micro: 0 }, package: 'Debian' };
}

export function machinesOf(release: Release | null): MachineInfo[] {
  if (release === null) return machineInfos;
  const older = machineInfos.filter(({ name, alias }) => alias === undefined && !isNewer(name, release));
  const [q35] = machineInfos;
  const newest = `pc-q35-${release.major}.${release.minor}`;
  const others = older.filter(({ name }) => name !== newest);
  return q35 === undefined ? others : [{ ...q35, name: newest, alias: 'q35' }, ...others];
}

export function has(release: Release | null, capability: MigrationCapability): boolean {
  const since = SINCE[capability];
  return release === null || since === undefined || !isBefore(release, since);
}

function isNewer(machine: string, release: Release): boolean {
  const [, version] = /-(\d+\.\d+)$/.exec(machine) ?? [];
  const since = parseRelease(version);
  return since !== null && isBefore(release, since);
}

function isBefore(a: Release, b: Release): boolean {
  return a.major < b.major || (a.major === b.major && a.minor < b.minor);
}
