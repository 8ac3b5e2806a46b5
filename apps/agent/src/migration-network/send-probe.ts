import { connect } from 'node:net';
import type { Whereabouts } from './port.ts';

/** A lost first packet is sent again after a second. */
const withinMs = 1_500;

/** Connects to where a destination listens, and exchanges the words. Answers why that failed, or null. */
export function sendProbe({ address, port, question, answer }: Whereabouts): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const end = (why: string | null) => {
      clearTimeout(overdue);
      socket.destroy();
      resolve(why);
    };
    const overdue = setTimeout(() => end(`no answer within ${withinMs} ms`), withinMs);
    let heard = '';
    const judge = () => end(heard === answer ? null : 'somebody else answered');
    socket.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
      if (heard.length >= answer.length) judge();
    });
    socket.on('end', judge);
    // A connection that is broken off may be by somebody else who listens there.
    socket.on('error', (error) => end(String(error)));
    socket.write(question);
  });
}
