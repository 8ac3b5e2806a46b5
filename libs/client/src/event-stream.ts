import { liveEvent, type LiveEvent } from '@ferry/contracts/http';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { setTimeout as delay } from 'node:timers/promises';
import { isPassing } from './errors.ts';
import { path, type Transport } from './transport.ts';

export interface EventOptions {
  /** Only the events of this migration. */
  migration?: string | undefined;
  /** Id of the last event already seen: what came after it is sent first. */
  lastEventId?: string | undefined;
  /** Ends the stream, without an error. */
  signal?: AbortSignal | undefined;
}

/**
 * A step of a stream of events that survives interruptions.
 * `connected` comes at the beginning and after each interruption: what was read before may be out of date by then.
 */
export type StreamStep = { kind: 'connected' } | { kind: 'interrupted'; cause: unknown; retryInMs: number } | LiveEvent;

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;

/**
 * Live events, for ever: an interrupted stream is opened again behind the last event seen.
 * Throws if the first connection can't be made, or if the API refuses for good.
 */
export async function* eventStream(transport: Transport, options: EventOptions): AsyncGenerator<StreamStep, void> {
  // Leaving the loop early must close the connection, wherever it stands.
  const left = new AbortController();
  const signal = options.signal === undefined ? left.signal : AbortSignal.any([options.signal, left.signal]);
  try {
    yield* steps(transport, options, signal);
  } finally {
    left.abort();
  }
}

async function* steps(
  transport: Transport,
  options: EventOptions,
  signal: AbortSignal,
): AsyncGenerator<StreamStep, void> {
  let lastEventId = options.lastEventId;
  let retryMs = FIRST_RETRY_MS;
  let failures = 0;
  let connectedOnce = false;

  while (!isAborted(signal)) {
    let cause: unknown = new Error('the API ended the stream');
    try {
      const response = await transport.open({
        method: 'GET',
        path: options.migration === undefined ? '/events' : path`/migrations/${options.migration}/events`,
        headers: {
          accept: 'text/event-stream',
          ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
        },
        signal,
      });
      connectedOnce = true;
      yield { kind: 'connected' };
      for await (const message of messagesOf(response, (ms) => (retryMs = ms))) {
        failures = 0;
        if (message.id !== undefined) lastEventId = message.id;
        const event = liveEvent.safeParse(parseJson(message.data));
        // Another kind of event is a newer API's, and none of ours to judge.
        if (event.success) yield event.data;
      }
    } catch (error) {
      if (isAborted(signal)) return;
      if (!connectedOnce || !isPassing(error)) throw error;
      cause = error;
    }
    const retryInMs = Math.min(retryMs * 2 ** failures++, LONGEST_RETRY_MS);
    yield { kind: 'interrupted', cause, retryInMs };
    await delay(retryInMs, undefined, { signal }).catch((error: unknown) => {
      if (!isAborted(signal)) throw error;
    });
  }
}

async function* messagesOf(
  response: Response,
  onRetry: (milliseconds: number) => void,
): AsyncGenerator<EventSourceMessage> {
  const arrived: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => arrived.push(message), onRetry });
  const decoder = new TextDecoder();
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    yield* arrived.splice(0);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Nothing between two looks at a signal tells the compiler that it may have changed. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
