import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { bootsUnder } from './boot-probe.ts';

/**
 * The accelerator to use. `/dev/kvm` may open, make VMs and still never boot a guest, so only a guest that was heard
 * from counts.
 */
export async function chooseAccelerator(
  setting: 'auto' | 'kvm' | 'tcg',
  qemu: string,
  runDirectory: string,
): Promise<'kvm' | 'tcg'> {
  if (setting !== 'auto') return setting;
  const offered = await access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  return offered && (await bootsUnder('kvm', qemu, runDirectory)) ? 'kvm' : 'tcg';
}
