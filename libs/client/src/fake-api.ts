import { ERRORS, type ErrorCode, type FieldError } from '@ferry/domain';
import { API_PREFIX, type LiveEvent } from '@ferry/contracts/http';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that reached the fake. `path` is without the API's prefix. */
export interface ReceivedRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: IncomingMessage['headers'];
  body: unknown;
}

type Answer = (request: ReceivedRequest, response: ServerResponse) => void;

/** A real HTTP server that answers as it is told: for tests of whatever talks to the API. */
export class FakeApi {
  readonly requests: ReceivedRequest[] = [];
  readonly #answers = new Map<string, Answer>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#receive(request, response));
  }

  static async start(): Promise<FakeApi> {
    const api = new FakeApi();
    await new Promise<void>((resolve) => api.#server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port.toString()}`;
  }

  /** `route`: `GET /hosts`. The answer is a body, or made of the request. A later one replaces an earlier one. */
  answers(route: string, body: unknown): this {
    return this.handles(route, (request, response) => {
      const value: unknown =
        typeof body === 'function' ? (body as (request: ReceivedRequest) => unknown)(request) : body;
      send(response, 200, 'application/json', value);
    });
  }

  /** Answers with the catalogue's problem document. */
  refuses(route: string, code: ErrorCode, detail: string, fields?: FieldError[]): this {
    return this.handles(route, (_request, response) => {
      refuse(response, code, detail, fields);
    });
  }

  /** Refuses the next request, and then answers as before. */
  refusesOnce(route: string, code: ErrorCode, detail: string): this {
    const before = this.#answers.get(route);
    return this.handles(route, (_request, response) => {
      if (before !== undefined) this.handles(route, before);
      refuse(response, code, detail);
    });
  }

  handles(route: string, answer: Answer): this {
    this.#answers.set(route, answer);
    return this;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #receive(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', this.url);
    const text = await textOf(incoming);
    const request: ReceivedRequest = {
      method: incoming.method ?? '',
      path: url.pathname.slice(API_PREFIX.length),
      query: Object.fromEntries(url.searchParams),
      headers: incoming.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
    this.requests.push(request);
    const answer = this.#answers.get(`${request.method} ${request.path}`);
    if (answer === undefined) send(response, 404, 'text/plain', `no answer for ${request.method} ${request.path}`);
    else answer(request, response);
  }
}

/** Begins a stream of server-sent events; the answer writes one event. */
export function beginEvents(response: ServerResponse): (event: LiveEvent, id?: string) => void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  return (event, id) => {
    const head = id === undefined ? '' : `id: ${id}\n`;
    response.write(`${head}event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`);
  };
}

function refuse(response: ServerResponse, code: ErrorCode, detail: string, fields?: FieldError[]): void {
  const { status, title, remedy, retryable } = ERRORS[code];
  const body = { type: `/problems/${code}`, title, status, code, detail, remedy, retryable, fields };
  send(response, status, 'application/problem+json', body);
}

function send(response: ServerResponse, status: number, type: string, body: unknown): void {
  response.writeHead(status, { 'content-type': type });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of incoming) text += String(chunk);
  return text;
}
