/** What a guest's memory is and does, as far as a transfer has to do with it. */
export interface MemoryLoad {
  /** What of it is in use; the rest is zero, and costs a transfer next to nothing. */
  usedBytes: number;
  /** What the guest changes in a second. */
  dirtyBytesPerSecond: number;
}
