import { expect, test } from 'vitest';
import { detailWords } from './detail-words.ts';

test('what no table has room for is left to --json', () => {
  const details = {
    rounds: 3,
    statistics: { downtimeMs: 82 },
    configuration: { append: 'x'.repeat(200) },
    failure: null,
  };
  expect(detailWords(details)).toBe('rounds=3 statistics={"downtimeMs":82} configuration=…');
});
