import { connect } from 'node:net';
import type { Whereabouts } from './port.ts';

/** A lost first packet is sent again after a second. */
const withinMs = 1_500;

/** Connects to where a destination listens, and exchanges the words. Answers why that failed, or null. */
export async function sendProbe({ address, port, question, answer }: Whereabouts): Promise<string | null> {
  const signal = AbortSignal.timeout(withinMs);
  const socket = connect({ host: address, port, signal });
  let heard = '';
  try {
    socket.setEncoding('utf8').write(question);
    for await (const text of socket as AsyncIterable<string>) {
      heard += text;
      if (heard.length >= answer.length) break;
    }
  } catch (error) {
    // A connection that is broken off may be by somebody else who listens there.
    return signal.aborted ? `no answer within ${withinMs} ms` : String(error);
  } finally {
    socket.destroy();
  }
  return heard === answer ? null : 'somebody else answered';
}
