import { ACTOR_HEADER, API_PREFIX, problem } from '@ferry/contracts/http';
import { ApiUnreachable, FerryProblem, UnexpectedAnswer } from './errors.ts';

export interface FerryClientOptions {
  /** Where the API listens, without the API's own prefix: `http://127.0.0.1:8080`. */
  baseUrl: string;
  /** Who asks; it is written to the audit history. */
  actor: string;
  /** What makes an agent's host a member of its cluster; it goes along with every request. */
  credential?: string | null;
  /** Another `fetch`, such as one with a proxy or a client certificate. */
  fetch?: typeof fetch;
  /** How long one request may take (default 30 000 ms). Streams of events are not bound by it once they are open. */
  timeoutMs?: number;
}

export type Query = Record<string, string | number | undefined>;

export interface Call {
  method: 'GET' | 'POST' | 'PUT';
  /** Below the API's prefix; its variable parts are encoded by `path`. */
  path: string;
  query?: Query;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

/** A schema, as far as an answer needs one. */
export interface Schema<T> {
  parse(value: unknown): T;
}

const DEFAULT_TIMEOUT_MS = 30_000;

/** Sends one request to the API and makes an error of whatever is not a success. */
export class Transport {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #fetch: typeof fetch;
  readonly #timeoutMs: number;

  constructor(options: FerryClientOptions) {
    this.#base = options.baseUrl.replace(/\/+$/, '') + API_PREFIX;
    const shown = options.credential == null ? {} : { authorization: `Bearer ${options.credential}` };
    this.#headers = { accept: 'application/json', [ACTOR_HEADER]: options.actor, ...shown };
    this.#fetch = options.fetch ?? fetch;
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  }

  /** The parsed answer. Throws `FerryProblem`, `ApiUnreachable` or `UnexpectedAnswer`; an aborted signal's reason as it is. */
  async ask<T>(call: Call, schema: Schema<T>): Promise<T> {
    return this.#exchange(call, async (response) => {
      const text = await response.text();
      try {
        return schema.parse(JSON.parse(text));
      } catch (error) {
        throw new UnexpectedAnswer(response.url, response.status, 'not in the shape that was expected', error);
      }
    });
  }

  /** For requests whose answer has nothing to say. */
  async tell(call: Call): Promise<void> {
    await this.#exchange(call, (response) => response.body?.cancel());
  }

  /** Opens a stream; only until its head arrives is it bound by the timeout. */
  async open(call: Call): Promise<Response> {
    const slow = new AbortController();
    const timer = setTimeout(() => {
      slow.abort(new DOMException('timed out', 'TimeoutError'));
    }, this.#timeoutMs);
    try {
      return await this.#send(call, slow.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  async #exchange<T>(call: Call, read: (response: Response) => T): Promise<Awaited<T>> {
    const deadline = AbortSignal.timeout(this.#timeoutMs);
    const response = await this.#send(call, deadline);
    try {
      return await read(response);
    } catch (error) {
      throw this.#explain(error, this.#url(call), call.signal);
    }
  }

  async #send(call: Call, deadline: AbortSignal): Promise<Response> {
    const url = this.#url(call);
    const body = call.body === undefined ? {} : { body: JSON.stringify(call.body) };
    const type: Record<string, string> = call.body === undefined ? {} : { 'content-type': 'application/json' };
    const signal = call.signal === undefined ? deadline : AbortSignal.any([call.signal, deadline]);
    try {
      const headers = { ...this.#headers, ...type, ...call.headers };
      const response = await this.#fetch(url, { method: call.method, headers, signal, ...body });
      if (!response.ok) throw await refusal(response);
      return response;
    } catch (error) {
      throw this.#explain(error, url, call.signal);
    }
  }

  #url({ path, query = {} }: Call): string {
    const given = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) {
      if (value !== undefined) given.set(key, String(value));
    }
    return this.#base + path + (given.size === 0 ? '' : `?${given.toString()}`);
  }

  #explain(error: unknown, url: string, signal: AbortSignal | undefined): unknown {
    if (error instanceof FerryProblem || error instanceof UnexpectedAnswer) return error;
    if (signal?.aborted === true) return signal.reason;
    return new ApiUnreachable(url, reasonOf(error, this.#timeoutMs), error);
  }
}

/** A path with its variable parts encoded: path`/hosts/${id}`. */
export function path(parts: TemplateStringsArray, ...values: string[]): string {
  return parts.reduce((whole, part, index) => whole + encodeURIComponent(values[index - 1] ?? '') + part);
}

async function refusal(response: Response): Promise<FerryProblem | UnexpectedAnswer> {
  const text = await response.text();
  try {
    return new FerryProblem(problem.parse(JSON.parse(text)));
  } catch (error) {
    return new UnexpectedAnswer(response.url, response.status, 'with no problem document', error);
  }
}

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the name is unknown',
  EAI_AGAIN: 'the name cannot be looked up',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no way to the network',
};

function reasonOf(error: unknown, timeoutMs: number): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return `silent for ${timeoutMs.toString()} ms`;
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return REASONS[code] ?? (cause instanceof Error ? cause.message : String(cause));
}
