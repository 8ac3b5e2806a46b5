import { describe, expect, test } from 'vitest';
import { refusalToDecide } from './decision.ts';
import type { Evidence, Testimony } from './evidence.ts';

const plan = { source: 'a', destination: 'b' };

function says(host: string, copy: string, decision: string): Testimony {
  const ruling = { decision, reason: 'as it is' };
  const evidence: Evidence = { host, at: '', record: null, copy, ruling, progress: null, lastWords: '', journal: [] };
  return { host, evidence };
}
const silent = (host: string): Testimony => ({ host, silence: 'No answer in time' });

describe('a person decides only what the hosts can’t', () => {
  test.each<[string, string, Testimony[], string | null]>([
    ['the source is lost, the destination has the state', 'b', [silent('a'), says('b', 'settled', 'destroy')], null],
    [
      'the source’s copy has vanished unseen',
      'b',
      [says('a', 'vanished', 'undecidable'), says('b', 'settled', 'destroy')],
      null,
    ],
    [
      'the source’s copy has vanished, and the destination is lost',
      'a',
      [says('a', 'vanished', 'undecidable'), silent('b')],
      null,
    ],
    [
      'the source can tell',
      'b',
      [says('a', 'settled', 'resume'), says('b', 'settled', 'destroy')],
      'NOTHING_TO_DECIDE',
    ],
    [
      'the guest runs at the destination',
      'a',
      [says('a', 'vanished', 'undecidable'), says('b', 'running', 'refuse')],
      'NOTHING_TO_DECIDE',
    ],
    ['the chosen host is lost itself', 'b', [says('a', 'vanished', 'undecidable'), silent('b')], 'HOST_GONE'],
    ['a host that has no part in it', 'c', [silent('a'), says('b', 'settled', 'destroy')], 'VALIDATION_FAILED'],
  ])('%s', (_, owner, testimonies, code) => {
    expect(refusalToDecide(plan, owner, testimonies)?.code ?? null).toBe(code);
  });
});
