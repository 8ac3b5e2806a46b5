/**
 * Does several things side by side. When one fails, the others are told by the signal and waited for: afterwards
 * nothing goes on.
 * @throws the first failure, or the reason of the outer signal
 */
export async function together<T extends readonly unknown[]>(
  outer: AbortSignal | undefined,
  begin: (signal: AbortSignal) => { [K in keyof T]: Promise<T[K]> },
): Promise<T> {
  const failed = new AbortController();
  const signal = outer === undefined ? failed.signal : AbortSignal.any([outer, failed.signal]);
  signal.throwIfAborted();
  const running = begin(signal);
  for (const each of running) each.catch((error: unknown) => failed.abort(error));
  await Promise.allSettled(running);
  signal.throwIfAborted();
  return Promise.all(running);
}
