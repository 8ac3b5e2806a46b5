import { expect, it } from 'vitest';
import { QmpProtocolError } from './errors.ts';
import { JsonLines } from './framing.ts';

it('puts a message together from single bytes, also within one letter', () => {
  const lines = new JsonLines();
  const messages = [...Buffer.from('{"name":"Fähre"}\r\n')].flatMap((byte) => lines.push(Buffer.from([byte])));
  expect(messages).toEqual([{ name: 'Fähre' }]);
});

it('takes several messages from one chunk and keeps the beginning of the next', () => {
  const lines = new JsonLines();
  expect(lines.push(Buffer.from('{"a":1}\n\n{"b":2}\n{"c"'))).toEqual([{ a: 1 }, { b: 2 }]);
  expect(lines.push(Buffer.from(':3}\n'))).toEqual([{ c: 3 }]);
});

it('refuses a line that never ends, before it fills the memory', () => {
  const lines = new JsonLines(100);
  lines.push(Buffer.alloc(60, 'x'));
  expect(() => lines.push(Buffer.alloc(60, 'x'))).toThrow(QmpProtocolError);
});

it.each(['hello\n', '[1]\n', 'null\n', '"text"\n'])('refuses %j, which is no message', (line) => {
  expect(() => new JsonLines().push(Buffer.from(line))).toThrow(QmpProtocolError);
});
