import { FerryError } from '@ferry/domain';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor, pageOf } from './cursor.ts';

describe('a cursor', () => {
  it('gives its key back', () => {
    expect(decodeCursor(encodeCursor(['7', 'a']), [/^\d$/, /^a$/])).toEqual(['7', 'a']);
  });

  it.each(['', 'abc', encodeCursor(['x', 'a']), encodeCursor(['7'])])('is refused by name when it is %j', (cursor) => {
    expect(() => decodeCursor(cursor, [/^\d$/, /^a$/])).toThrow(
      expect.objectContaining({
        code: 'VALIDATION_FAILED',
        fields: [{ field: 'cursor', message: expect.any(String) as string }],
      }) as FerryError,
    );
  });

  it('is only given where another page follows', () => {
    expect(pageOf(['a', 'b', 'c'], 2, (item) => [item])).toEqual({
      items: ['a', 'b'],
      nextCursor: encodeCursor(['b']),
    });
    expect(pageOf(['a', 'b'], 2, (item) => [item]).nextCursor).toBeNull();
  });
});
