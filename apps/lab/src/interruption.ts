/** Somebody wants this run to end: Ctrl-C, a closed terminal or pipe, or a plain kill. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor(readonly signal: NodeJS.Signals) {
    super(`ended by ${signal}`);
  }
}

/** A signal that is aborted with `Interrupted` when the run shall end. Asking again changes nothing: it is being done. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => controller.abort(new Interrupted(name)));
  }
  // Nobody reads what is said any more: the end of a pipe, or of a terminal.
  process.stdout.on('error', () => controller.abort(new Interrupted('SIGPIPE')));
  return controller.signal;
}

/** Waits for the work or for the interruption, whatever comes first. */
export async function unlessInterrupted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const ended = new AbortController();
  const interrupted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true, signal: ended.signal });
  });
  try {
    return await Promise.race([work, interrupted]);
  } finally {
    ended.abort();
    // What is cut off under the work's feet while everything is taken down is no news.
    work.catch(() => undefined);
  }
}
