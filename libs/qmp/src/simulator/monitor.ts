import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { type JsonObject, JsonLines } from '../framing.ts';
import { CommandError } from './command-error.ts';

type Handler = (args: Record<string, unknown>) => unknown;

interface Served {
  socket: Socket;
  negotiated: boolean;
}

/** The QMP server: one client at a time, the others wait for their greeting. */
export class Monitor {
  readonly #greeting: object;
  readonly #handlerOf: (command: string) => Handler | undefined;
  readonly #server: Server;
  readonly #waiting: Socket[] = [];
  #served: Served | undefined;
  /** In-band commands are done one after the other, as by QEMU's main loop. */
  #queue: Promise<void> = Promise.resolve();

  constructor(path: string, version: object, handlerOf: (command: string) => Handler | undefined) {
    this.#greeting = { QMP: { version, capabilities: ['oob'] } };
    this.#handlerOf = handlerOf;
    rmSync(path, { force: true });
    this.#server = createServer((socket) => this.#accept(socket));
    this.#server.listen(path);
  }

  emit(name: string, data: object): void {
    if (!this.#served?.negotiated) return;
    const us = Math.round((performance.timeOrigin + performance.now()) * 1000);
    const timestamp = { seconds: Math.floor(us / 1e6), microseconds: us % 1e6 };
    this.#write(this.#served.socket, { timestamp, event: name, ...(Object.keys(data).length > 0 && { data }) });
  }

  /** Lets the client have what was written, then hangs up. */
  close(then: () => void): void {
    this.#server.close();
    for (const socket of this.#waiting) socket.destroy();
    const { socket } = this.#served ?? {};
    if (socket && !socket.destroyed) socket.end(then);
    else then();
  }

  #accept(socket: Socket): void {
    // A client that dies is told by `close`.
    socket.on('error', () => undefined);
    socket.once('close', () => this.#gone(socket));
    if (this.#served) this.#waiting.push(socket);
    else this.#greet(socket);
  }

  #greet(socket: Socket): void {
    const lines = new JsonLines();
    const served: Served = { socket, negotiated: false };
    this.#served = served;
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const request of lines.push(chunk)) this.#take(served, request);
      } catch (error) {
        this.#write(socket, {
          error: { class: 'GenericError', desc: `JSON parse error, ${(error as Error).message}` },
        });
        socket.end();
      }
    });
    this.#write(socket, this.#greeting);
  }

  #gone(socket: Socket): void {
    const place = this.#waiting.indexOf(socket);
    if (place >= 0) this.#waiting.splice(place, 1);
    if (this.#served?.socket !== socket) return;
    this.#served = undefined;
    const next = this.#waiting.shift();
    if (next) this.#greet(next);
  }

  #take(served: Served, request: JsonObject): void {
    const { 'exec-oob': urgent, execute } = request;
    if (typeof urgent === 'string') void this.#answer(served, request, urgent);
    else if (typeof execute === 'string') this.#queue = this.#queue.then(() => this.#answer(served, request, execute));
  }

  async #answer(served: Served, request: JsonObject, command: string): Promise<void> {
    const id = request['id'] === undefined ? {} : { id: request['id'] };
    const handler = this.#handlerOf(command);
    try {
      if (!handler) throw new CommandError(`The command ${command} has not been found`, 'CommandNotFound');
      if (served.negotiated === (command === 'qmp_capabilities')) {
        throw new CommandError(`Expecting capabilities negotiation with 'qmp_capabilities'`, 'CommandNotFound');
      }
      const answer = await handler((request['arguments'] ?? {}) as Record<string, unknown>);
      if (command === 'qmp_capabilities') served.negotiated = true;
      this.#write(served.socket, { return: answer, ...id });
    } catch (error) {
      const errorClass = error instanceof CommandError ? error.errorClass : 'GenericError';
      this.#write(served.socket, { error: { class: errorClass, desc: (error as Error).message }, ...id });
    }
  }

  #write(socket: Socket, message: object): void {
    if (!socket.destroyed) socket.write(`${JSON.stringify(message)}\r\n`);
  }
}
