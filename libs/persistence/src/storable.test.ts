import { expect, test } from 'vitest';
import { storable } from './storable.ts';

test('what Postgres refuses is replaced wherever it is, and all else stays as it is', () => {
  const value = { at: '2026', n: 1, none: null, list: ['a\u0000b', { 'k\u0000': '\ud83d\ude00 \ud83d' }] };
  expect(storable(value)).toEqual({ at: '2026', n: 1, none: null, list: ['a\ufffdb', { 'k\ufffd': '😀 \ufffd' }] });
});
