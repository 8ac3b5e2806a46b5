import { describe, expect, test } from 'vitest';
import { explore } from './explore.ts';
import { ALL_RULES, type Rules } from './handover-model.ts';

test('no reachable state has two copies running, none for ever, an old one, or the only copy destroyed', () => {
  const { worlds, violation } = explore(ALL_RULES);
  expect(violation).toBeNull();
  expect(worlds).toBeGreaterThan(500);
});

describe('every rule is needed: without it the exploration finds how the promise breaks', () => {
  test.each(Object.keys(ALL_RULES) as (keyof Rules)[])('%s', (rule) => {
    const { violation } = explore({ ...ALL_RULES, [rule]: false });
    expect(violation?.promise).toMatch(/two copies run|back in time|destroyed|retired|stuck/);
    expect(violation?.path.length).toBeLessThanOrEqual(14);
  });
});
