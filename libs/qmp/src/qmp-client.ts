import type { Socket } from 'node:net';
import { QmpClosed, QmpError, QmpTimeout } from './errors.ts';
import { EventLog, type EventName, type QmpEvent, type WaitOptions } from './event-log.ts';
import { type JsonObject, JsonLines } from './framing.ts';
import { type ConnectOptions, greetedSocket } from './greeted-socket.ts';
import type { Commands, Events, NoMembers } from './protocol.ts';

export type CommandName = keyof Commands;

export interface CallOptions {
  /** Milliseconds until `QmpTimeout`; default 5000, far beyond any answer of a healthy QEMU. */
  timeoutMs?: number;
  /** Past the queue and the main loop, for the few commands that QEMU allows this: `yank`, `migrate-recover`, `migrate-pause`. */
  outOfBand?: boolean;
}

/** A command without mandatory arguments may be called by its name alone. */
type CallArguments<C extends CommandName> = NoMembers extends Commands[C]['arguments']
  ? [args?: Commands[C]['arguments'], options?: CallOptions]
  : [args: Commands[C]['arguments'], options?: CallOptions];

interface Call {
  command: string;
  timer: NodeJS.Timeout;
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

const defaultTimeoutMs = 5_000;
/** With eight of them QEMU reads nothing more, nor what is to go past its main loop: monitor/qmp.c, QMP_REQ_QUEUE_LEN_MAX. */
const mostSent = 6;

/** One connection to one QEMU. QEMU serves a single client a socket, so holding this is holding the guest's controls. */
export class QmpClient {
  readonly #socket: Socket;
  readonly #lines: JsonLines;
  readonly #calls = new Map<number, Call>();
  readonly #events = new EventLog();
  readonly #closed: Promise<Error>;
  #ended: Error | undefined;
  #lastId = 0;
  #doubtful = false;
  /** Sent, and not answered: calls that wait for QEMU's main loop, also those that nobody waits for any more. */
  readonly #sent = new Set<number>();
  #unsent: { id: number; line: string }[] = [];

  /**
   * Connects, waits for the greeting and leaves negotiation mode, trying again until `timeoutMs` (default 5000) has passed.
   * Throws `QmpClosed` when nobody listens until then, `QmpBusy` when someone does but never greets: another client
   * holds the socket, or QEMU is stopped.
   */
  static async connect(options: ConnectOptions): Promise<QmpClient> {
    const { socket, lines, outOfBand, surplus } = await greetedSocket(options);
    const client = new QmpClient(socket, lines);
    client.#receiveAll(surplus);
    const enable = outOfBand ? (['oob'] as const) : [];
    try {
      await client.execute(
        'qmp_capabilities',
        { enable: [...enable] },
        { timeoutMs: options.timeoutMs ?? defaultTimeoutMs },
      );
    } catch (error) {
      client.close();
      throw error;
    }
    return client;
  }

  private constructor(socket: Socket, lines: JsonLines) {
    this.#socket = socket;
    this.#lines = lines;
    this.#closed = new Promise((resolve) => {
      let failure: Error | undefined;
      socket.on('error', (error) => (failure = error));
      socket.once('close', () => {
        const reason = failure ?? this.#ended;
        resolve(this.#end(new QmpClosed('QEMU closed the connection', reason && { cause: reason })));
      });
    });
    socket.on('data', (chunk: Buffer) => {
      try {
        this.#receiveAll(lines.push(chunk));
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
  }

  /** A call has timed out and nothing has come since: the peer may be stopped, or gone without a word. */
  get doubtful(): boolean {
    return this.#doubtful;
  }

  /** Resolves, never rejects, when the connection is gone, with the reason. */
  get closed(): Promise<Error> {
    return this.#closed;
  }

  /** The latest events are remembered: take this before a command, give it to `waitFor` as `since` after it. */
  mark(): number {
    return this.#events.mark();
  }

  /**
   * Runs a command. Throws `QmpError` when QEMU refuses, `QmpTimeout` when it does not answer in time (it may still
   * have obeyed), `QmpClosed` when the connection is or goes down.
   */
  execute<C extends CommandName>(command: C, ...[args, options]: CallArguments<C>): Promise<Commands[C]['returns']> {
    return this.executeUntyped(command, args, options);
  }

  /** The same for commands that have no type here: vendor commands, or those of another version. */
  executeUntyped(
    command: string,
    args: object = {},
    { timeoutMs = defaultTimeoutMs, outOfBand = false }: CallOptions = {},
  ): Promise<unknown> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = ++this.#lastId;
    const answer = new Promise<unknown>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#calls.delete(id);
        this.#doubtful = true;
        // Given up before it was sent, it is not sent at all.
        this.#unsent = this.#unsent.filter((each) => each.id !== id);
        reject(new QmpTimeout(command, timeoutMs));
      }, timeoutMs);
      this.#calls.set(id, { command, timer, resolve, reject });
    });
    const line = `${JSON.stringify({ [outOfBand ? 'exec-oob' : 'execute']: command, arguments: args, id })}\n`;
    if (outOfBand) this.#socket.write(line);
    else {
      this.#unsent.push({ id, line });
      this.#send();
    }
    return answer;
  }

  /** Calls the listener at each such event. Returns how to stop it. */
  on<E extends EventName>(name: E, listener: (event: QmpEvent<E>) => void): () => void {
    return this.#events.listen((event) => {
      if (event.name === name) listener(event as QmpEvent<E>);
    });
  }

  /** Calls the listener at every event, those without a type here too. Returns how to stop it. */
  onAny(listener: (event: QmpEvent) => void): () => void {
    return this.#events.listen(listener);
  }

  /**
   * Waits for an event that comes after this call, or after `since`. Rejects with `QmpTimeout`, with the signal's
   * reason, or with `QmpClosed` when the connection ends first.
   */
  waitFor<E extends EventName>(
    name: E,
    predicate?: (data: Events[E]) => boolean,
    options?: WaitOptions,
  ): Promise<QmpEvent<E>> {
    return this.#events.waitFor(name, predicate, options);
  }

  /** Lets go of the socket, at once: QEMU then serves its next client. The guest does not notice. */
  close(): void {
    this.#end(new QmpClosed('the connection was closed here'));
    this.#socket.destroy();
  }

  #send(): void {
    while (this.#sent.size < mostSent) {
      const next = this.#unsent.shift();
      if (next === undefined) return;
      this.#sent.add(next.id);
      this.#socket.write(next.line);
    }
  }

  #end(reason: Error): Error {
    if (this.#ended) return this.#ended;
    this.#ended = reason;
    for (const call of this.#calls.values()) {
      clearTimeout(call.timer);
      call.reject(reason);
    }
    this.#calls.clear();
    this.#events.end(reason);
    return reason;
  }

  #receiveAll(messages: readonly JsonObject[]): void {
    for (const message of messages) this.#receive(message);
  }

  #receive(message: JsonObject): void {
    this.#doubtful = false;
    if (typeof message['event'] === 'string') {
      const { seconds, microseconds } = message['timestamp'] as { seconds: number; microseconds: number };
      this.#events.add(message['event'], message['data'], seconds * 1000 + microseconds / 1000);
      return;
    }
    if (this.#sent.delete(message['id'] as number)) this.#send();
    // An answer without a call is one that came after its timeout.
    const call = this.#calls.get(message['id'] as number);
    if (!call) return;
    this.#calls.delete(message['id'] as number);
    clearTimeout(call.timer);
    const error = message['error'] as { class: string; desc: string } | undefined;
    if (error) call.reject(new QmpError(call.command, error.class, error.desc));
    else call.resolve(message['return']);
  }
}
