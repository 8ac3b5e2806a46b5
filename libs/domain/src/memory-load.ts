/** What a guest's memory is and does, as far as a transfer has to do with it. */
export interface MemoryLoad {
  /** What of it is in use; the rest is zero, and costs a transfer next to nothing. */
  usedBytes: number;
  /** What the guest changes in a second. */
  dirtyBytesPerSecond: number;
  /** What it changes at all, again and again; null where no end of that was seen. At least what it changes in a second. */
  workingSetBytes: number | null;
}

/** How much of its memory a guest was seen to change in so long. What it changed twice counts once. */
export interface SeenChange {
  seconds: number;
  bytes: number;
}

/** How much of its memory the guest has changed after so long. */
export function changedAfter({ usedBytes, dirtyBytesPerSecond, workingSetBytes }: MemoryLoad, ms: number): number {
  const seconds = ms / 1_000;
  if (workingSetBytes === null) return Math.min(usedBytes, dirtyBytesPerSecond * seconds);
  // Of what is still as it was, the same part is changed each second.
  const kept = workingSetBytes === 0 ? 1 : 1 - dirtyBytesPerSecond / workingSetBytes;
  return Math.min(usedBytes, workingSetBytes * (1 - kept ** seconds));
}

const halvings = 40;

/** What the guest changes at all, by what it was seen to change in one second and in several; null where the two don't tell. */
export function workingSetOf(inASecond: number, { seconds, bytes }: SeenChange): number | null {
  if (inASecond === 0 || bytes >= inASecond * seconds) return null;
  // What would be changed after that many seconds grows with the part that each second leaves as it was.
  const times = (kept: number) =>
    Array.from({ length: seconds }, (_, second) => kept ** second).reduce((a, b) => a + b);
  let [least, most] = [0, 1];
  for (let halving = 0; halving < halvings; halving += 1) {
    const kept = (least + most) / 2;
    if (times(kept) * inASecond < bytes) least = kept;
    else most = kept;
  }
  return inASecond / (1 - least);
}
