import { until } from '../until.ts';
import type { Dirtying } from '../guest/disk.ts';
import type { GuestProbe } from '../probe/guest-probe.ts';

/** The guest may be a little behind: it counts over a while, and its clock is an emulated one. */
const nearly = 0.7;

/** Has the guest change its memory so fast, and waits until it does. @throws when it does not come to that */
export async function dirtySteadily(probe: GuestProbe, { mibPerSecond, workingSetMib }: Dirtying): Promise<void> {
  await probe.dirty(mibPerSecond, workingSetMib);
  await until(
    'the guest changes its memory as it was told',
    () => probe.status(),
    ({ dirty: { achievedMibPerSecond } }) =>
      mibPerSecond === 0 ? achievedMibPerSecond === 0 : achievedMibPerSecond >= nearly * mibPerSecond,
  );
}
