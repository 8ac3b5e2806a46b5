import { QmpProtocolError } from './errors.ts';

export type JsonObject = Record<string, unknown>;

const newline = 0x0a;

/**
 * QMP's framing: one JSON object a line. Feed it chunks as they come, it hands back the messages completed by them.
 * Throws `QmpProtocolError` on what is not JSON, and on a line longer than `maxBytes` (default 16 MiB; QEMU's own
 * schema, its longest answer, is 0.2 MiB), so that a peer gone mad can't fill our memory.
 */
export class JsonLines {
  readonly #maxBytes: number;
  #partial: Buffer[] = [];
  #partialBytes = 0;

  constructor(maxBytes = 16 * 1024 * 1024) {
    this.#maxBytes = maxBytes;
  }

  push(chunk: Buffer): JsonObject[] {
    const messages: JsonObject[] = [];
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      this.#keep(chunk.subarray(start, end));
      const line = Buffer.concat(this.#partial).toString('utf8').trim();
      this.#partial = [];
      this.#partialBytes = 0;
      start = end + 1;
      if (line !== '') messages.push(parse(line));
    }
    this.#keep(chunk.subarray(start));
    return messages;
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#partialBytes += bytes.length;
    if (this.#partialBytes > this.#maxBytes) throw new QmpProtocolError(`a message exceeds ${this.#maxBytes} bytes`);
    this.#partial.push(bytes);
  }
}

function parse(line: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new QmpProtocolError('a message is not JSON', { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new QmpProtocolError('a message is not a JSON object');
  }
  return value as JsonObject;
}
