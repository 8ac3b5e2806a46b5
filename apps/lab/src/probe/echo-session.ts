import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { SilenceMeter, type Silence } from './silence.ts';

export interface SessionReport extends Silence {
  /** Whether the connection stands and just brought back what was sent. */
  readonly alive: boolean;
  readonly echoes: number;
  /** What went wrong with it, if something did. */
  readonly problem: string | null;
}

const intervalMs = 10;
const messageBytes = 8;

/** One TCP connection that sends a number every 10 ms and wants each back, in order. */
export class EchoSession {
  readonly #socket: Socket;
  readonly #sending: NodeJS.Timeout;
  #silence = new SilenceMeter(Date.now());
  #received = Buffer.alloc(0);
  #sent = 0n;
  #echoed = 0n;
  #echoedAtReset = 0n;
  #problem: string | null = null;
  #onEcho: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.#take(bytes));
    socket.on('error', (error) => this.#fail(error.message));
    socket.on('close', () => this.#fail('the guest closed the connection'));
    this.#sending = setInterval(() => this.#send(), intervalMs);
  }

  /**
   * Connects as soon as the guest answers, and returns with its first echo.
   * @throws when it does not within the time
   */
  static async open(host: string, port: number, withinMs: number): Promise<EchoSession> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      try {
        const session = new EchoSession(await connected(host, port, deadline));
        if (await session.#confirm(deadline - performance.now())) return session;
        session.close();
        throw new Error(`the guest brings nothing back: ${session.#problem ?? 'silence'}`);
      } catch (error) {
        if (performance.now() > deadline) throw error;
        // Nothing tells that a guest begins to listen: it is asked again.
        await delay(10);
      }
    }
  }

  /** Reports after one more echo, or after five seconds without one. */
  async report(): Promise<SessionReport> {
    const alive = await this.#confirm(5_000);
    const echoes = Number(this.#echoed - this.#echoedAtReset);
    return { alive, echoes, problem: this.#problem, ...this.#silence.longest(Date.now()) };
  }

  reset(): void {
    this.#silence = new SilenceMeter(Date.now());
    this.#echoedAtReset = this.#echoed;
  }

  close(): void {
    this.#fail('closed by the client');
  }

  /** Whether something sent from now on comes back in time. */
  async #confirm(withinMs: number): Promise<boolean> {
    const wanted = this.#sent + 1n;
    const deadline = performance.now() + withinMs;
    while (this.#problem === null && this.#echoed < wanted) {
      const left = deadline - performance.now();
      if (left <= 0) return false;
      const abort = new AbortController();
      const echo = new Promise<void>((resolve) => {
        this.#onEcho = resolve;
      });
      await Promise.race([echo, delay(left, undefined, { signal: abort.signal }).catch(() => undefined)]);
      abort.abort();
    }
    return this.#problem === null;
  }

  #send(): void {
    if (this.#problem !== null) return;
    const message = Buffer.alloc(messageBytes);
    message.writeBigUInt64LE(++this.#sent);
    this.#socket.write(message);
  }

  #take(bytes: Buffer): void {
    this.#silence.heard(Date.now());
    this.#received = Buffer.concat([this.#received, bytes]);
    for (; this.#received.length >= messageBytes; this.#received = this.#received.subarray(messageBytes)) {
      const number = this.#received.readBigUInt64LE();
      if (number !== this.#echoed + 1n) this.#fail(`${number} came back after ${this.#echoed}`);
      this.#echoed = number;
    }
    this.#onEcho?.();
  }

  #fail(problem: string): void {
    this.#problem ??= problem;
    clearInterval(this.#sending);
    this.#socket.destroy();
    this.#onEcho?.();
  }
}

async function connected(host: string, port: number, deadline: number): Promise<Socket> {
  const signal = AbortSignal.timeout(Math.max(1, Math.round(deadline - performance.now())));
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect', { signal });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return socket;
}
