import type { ImmovableDevice } from '@ferry/domain';

/** Which device, and why it can't move, in a sentence without its full stop. */
export function deviceInWords({ device, driver, reason }: ImmovableDevice): string {
  return `${device} (${driver}): ${reason}`;
}
