import type { LiveEvent } from '@ferry/contracts/http';

export interface ReceivedEvent {
  id: string | null;
  event: LiveEvent;
}

/** Reads an address of live events until the reader stops asking. Comments are left out. */
export async function* readEvents(url: string, lastEventId?: string): AsyncGenerator<ReceivedEvent> {
  const stop = new AbortController();
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  try {
    const response = await fetch(url, { headers, signal: stop.signal });
    if (!response.ok || response.body === null) throw new Error(`${url} answered ${response.status}`);
    let text = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const frames = (text + chunk).split('\n\n');
      text = frames.pop() ?? '';
      yield* frames.map(parse).filter((each) => each !== null);
    }
  } finally {
    stop.abort();
  }
}

function parse(frame: string): ReceivedEvent | null {
  const fields = new Map(frame.split('\n').map((line) => /^(\w*): ?(.*)$/.exec(line)?.slice(1, 3) as [string, string]));
  const data = fields.get('data');
  return data === undefined ? null : { id: fields.get('id') ?? null, event: JSON.parse(data) as LiveEvent };
}
