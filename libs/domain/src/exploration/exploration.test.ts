import { describe, expect, test, vi } from 'vitest';
import { explore } from './explore.ts';
import { ALL_RULES, type Rules, type Scope } from './world.ts';

// Some hundred thousand states.
vi.setConfig({ testTimeout: 60_000 });

const LATE_AND_TWICE: Scope = { attempts: 2, wishes: 0, postCopy: true };
const ONCE: Scope = { attempts: 1, wishes: 0, postCopy: true };
const PEOPLE_MEDDLE: Scope = { attempts: 1, wishes: 2, postCopy: true };

test.each(Object.entries({ LATE_AND_TWICE, PEOPLE_MEDDLE }))(
  'no reachable state has two copies running, none for ever, an old one, or the only copy destroyed: %s',
  (_, scope) => {
    const { worlds, violation } = explore(ALL_RULES, scope);
    expect(violation).toBeNull();
    expect(worlds).toBeGreaterThan(1_000);
  },
);

describe('every rule is needed: without it the exploration finds how the promise breaks', () => {
  test.each(Object.keys(ALL_RULES) as (keyof Rules)[])('%s', (rule) => {
    // What comes late needs a second attempt to overtake it.
    const scope = rule === 'lookAgainBeforeDeed' ? LATE_AND_TWICE : ONCE;
    const { violation } = explore({ ...ALL_RULES, [rule]: false }, scope);
    expect(violation?.promise).toMatch(/two copies run|destroyed|retired|stuck/);
    expect(violation?.path.length).toBeLessThanOrEqual(14);
  });
});
