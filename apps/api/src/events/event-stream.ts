import { PassThrough, type Readable } from 'node:stream';
import { once } from 'node:events';
import type { LiveEvent } from '@ferry/contracts/http';

/** Proxies close connections that are silent for longer. */
const KEEP_ALIVE_MS = 15_000;
const RECONNECT_MS = 1_000;

/** Writes events as server-sent events, as fast as the client reads, with a comment whenever it has been quiet. */
export function eventStream(events: AsyncGenerator<LiveEvent>, stop: AbortController): Readable {
  const stream = new PassThrough();
  const keepAlive = setInterval(() => stream.write(': keep-alive\n\n'), KEEP_ALIVE_MS);
  stream.on('close', () => {
    clearInterval(keepAlive);
    stop.abort();
  });
  // The first bytes: the client sees at once that it is connected.
  stream.write(`retry: ${RECONNECT_MS}\n\n`);
  void pump(events, stream, stop.signal);
  return stream;
}

async function pump(events: AsyncGenerator<LiveEvent>, stream: PassThrough, signal: AbortSignal): Promise<void> {
  try {
    for await (const event of events) {
      if (!stream.write(frame(event))) await once(stream, 'drain', { signal });
    }
    stream.end();
  } catch {
    // The client left, or the history can't be read: it comes back with the id of the last line it saw.
    stream.destroy();
  }
}

function frame(event: LiveEvent): string {
  const id = event.kind === 'history' ? `id: ${event.entry.id}\n` : '';
  return `event: ${event.kind}\n${id}data: ${JSON.stringify(event)}\n\n`;
}
