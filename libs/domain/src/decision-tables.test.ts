import { describe, expect, test } from 'vitest';
import {
  DESTINATION_COPIES,
  DESTINATION_INTENTS,
  DESTINATION_STANDINGS,
  DESTINATION_TABLE,
} from './destination-table.ts';
import { SOURCE_COPIES, SOURCE_INTENTS, SOURCE_STANDINGS, SOURCE_TABLE } from './source-table.ts';

const atSource = SOURCE_STANDINGS.flatMap((standing) =>
  SOURCE_COPIES.flatMap((copy) =>
    SOURCE_INTENTS.map((intent) => ({ standing, copy, intent, ...SOURCE_TABLE[standing][copy][intent] })),
  ),
);
const atDestination = DESTINATION_STANDINGS.flatMap((standing) =>
  DESTINATION_COPIES.flatMap((copy) =>
    DESTINATION_INTENTS.map((intent) => ({ standing, copy, intent, ...DESTINATION_TABLE[standing][copy][intent] })),
  ),
);

test('every combination has a decision, and a reason that a person can read', () => {
  for (const row of [...atSource, ...atDestination]) expect(row.reason).toMatch(/^\p{Ll}.{10,}[^.]$/u);
  expect([atSource.length, atDestination.length]).toEqual([8 * 8 * 5, 5 * 5 * 2]);
});

describe('whatever is wanted, at the source', () => {
  test('CPUs are started only where the record says that the guest is this host’s', () => {
    const standings = atSource.filter(({ decision }) => decision === 'resume').map(({ standing }) => standing);
    expect(new Set(standings)).toEqual(new Set(['ours', 'taken-back', 'assigned']));
  });

  test('only a copy that can’t run by itself is released', () => {
    const copies = atSource.filter(({ decision }) => decision === 'release').map(({ copy }) => copy);
    expect(new Set(copies)).toEqual(new Set(['settled', 'died']));
  });

  test('a copy is ended only where another host owns the guest, nobody does, or a person wants it', () => {
    const rows = atSource.filter(({ decision }) => decision === 'retire' || decision === 'end');
    for (const { standing, intent } of rows)
      expect(standing === 'free' || standing === 'elsewhere' || intent === 'stop').toBe(true);
  });

  test('nothing is done without the record, or of a copy that does not answer', () => {
    const blind = atSource.filter(({ standing, copy }) => standing === 'unreachable' || copy === 'unknown');
    expect(new Set(blind.map(({ decision }) => decision))).toEqual(new Set(['undecidable']));
  });
});

describe('whatever is wanted, at the destination', () => {
  test('the guest is taken over only when it was released to this host and its whole state is there', () => {
    const rows = atDestination.filter(({ decision }) => decision === 'start');
    expect(rows).toMatchObject([{ standing: 'to-take', copy: 'settled', intent: 'take-over' }]);
  });

  test('what is, or may be, the guest is never destroyed', () => {
    const rows = atDestination.filter(({ decision }) => decision === 'destroy');
    expect(new Set(rows.map(({ standing }) => standing))).toEqual(new Set(['owned', 'nobodys']));
  });

  test('a host declines only what it has nothing to start with', () => {
    const rows = atDestination.filter(({ decision }) => decision === 'decline');
    expect(new Set(rows.map(({ standing, copy }) => `${standing} ${copy}`))).toEqual(new Set(['to-take absent']));
  });
});
