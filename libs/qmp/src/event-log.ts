import { QmpTimeout } from './errors.ts';
import type { Events } from './protocol.ts';

export type EventName = keyof Events;

/** An event as the client hands it out. */
export interface QmpEvent<E extends EventName = EventName> {
  readonly name: E;
  readonly data: Events[E];
  /** QEMU's wall clock when it happened, milliseconds since the epoch with microseconds behind the point. */
  readonly timestampMs: number;
  /** Its place among the events of this connection. */
  readonly sequence: number;
}

export interface WaitOptions {
  signal?: AbortSignal;
  /** Milliseconds; without it the wait lasts as long as the connection. */
  timeoutMs?: number;
  /** A mark taken with `EventLog.mark` before the command that causes the event: what came since then counts. */
  since?: number;
}

const remembered = 1024;

/**
 * The events of one connection: the latest are remembered, so that a wait that begins after the command that caused
 * the event still sees it.
 */
export class EventLog {
  readonly #latest: QmpEvent[] = [];
  readonly #listeners = new Set<(event: QmpEvent) => void>();
  readonly #enders = new Set<(reason: Error) => void>();
  #ended: Error | undefined;
  #sequence = 0;

  /** The place of the next event, to be given to `waitFor` as `since`. */
  mark(): number {
    return this.#sequence;
  }

  add(name: string, data: unknown, timestampMs: number): void {
    const event = { name, data: data ?? {}, timestampMs, sequence: this.#sequence++ } as QmpEvent;
    this.#latest.push(event);
    if (this.#latest.length > remembered) this.#latest.shift();
    for (const listener of [...this.#listeners]) listener(event);
  }

  end(reason: Error): void {
    this.#ended = reason;
    for (const end of [...this.#enders]) end(reason);
  }

  /** Calls the listener for each event, also for those the client has no type for. Returns how to stop it. */
  listen(listener: (event: QmpEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  waitFor<E extends EventName>(
    name: E,
    predicate: (data: Events[E]) => boolean = () => true,
    { signal, timeoutMs, since = this.#sequence }: WaitOptions = {},
  ): Promise<QmpEvent<E>> {
    const matches = (event: QmpEvent): event is QmpEvent<E> =>
      event.name === name && event.sequence >= since && predicate(event.data as Events[E]);
    const oldest = this.#latest[0]?.sequence ?? this.#sequence;
    if (since < oldest) return Promise.reject(new RangeError(`events before ${oldest} are forgotten`));
    const past = this.#latest.find(matches);
    if (past) return Promise.resolve(past);
    if (this.#ended) return Promise.reject(this.#ended);
    if (signal?.aborted) return Promise.reject(signal.reason as Error);

    return new Promise((resolve, reject) => {
      const settle = (deed: () => void) => {
        unlisten();
        this.#enders.delete(fail);
        signal?.removeEventListener('abort', abort);
        clearTimeout(timer);
        deed();
      };
      const fail = (reason: Error) => settle(() => reject(reason));
      const abort = () => fail(signal?.reason as Error);
      const unlisten = this.listen((event) => {
        if (matches(event)) settle(() => resolve(event));
      });
      const timer =
        timeoutMs === undefined
          ? undefined
          : setTimeout(() => fail(new QmpTimeout(`event ${name}`, timeoutMs)), timeoutMs);
      this.#enders.add(fail);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }
}
