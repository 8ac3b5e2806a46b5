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
  expect([atSource.length, atDestination.length]).toEqual([10 * 9 * 5, 5 * 8 * 3]);
});

describe('whatever is wanted, at the source', () => {
  test('CPUs are started only where the record says that the guest is this host’s', () => {
    const standings = atSource.filter(({ decision }) => decision === 'resume').map(({ standing }) => standing);
    expect(new Set(standings)).toEqual(new Set(['ours', 'taken-back', 'assigned']));
  });

  test('only a copy that can’t run by itself is released', () => {
    const copies = atSource.filter(({ decision }) => decision === 'release').map(({ copy }) => copy);
    expect(new Set(copies)).toEqual(new Set(['settled', 'serving', 'died']));
  });

  test('a copy is ended only where another host owns the guest, nobody does, or a person wants it', () => {
    const rows = atSource.filter(({ decision }) => decision === 'retire' || decision === 'end');
    for (const { standing, intent } of rows)
      expect(['free', 'elsewhere', 'started-there'].includes(standing) || intent === 'stop').toBe(true);
  });

  test('in post-copy the source is neither taken back nor ended while the guest needs its memory', () => {
    const serving = atSource.filter(({ standing, copy }) => standing === 'started-there' && copy === 'serving');
    expect(new Set(serving.map(({ decision }) => decision))).toEqual(new Set(['serve', 'refuse']));
    const deeds = atSource.filter(({ standing, copy }) => standing === 'released' && copy === 'serving');
    expect(new Set(deeds.map(({ decision }) => decision))).toEqual(new Set(['wait', 'give-up', 'refuse']));
  });

  test('without a record nothing is handed over, taken back or ended unless a person wants it: it may not be the witness', () => {
    const rows = atSource.filter(
      ({ standing, intent }) => standing === 'unwritten' && intent !== 'start' && intent !== 'stop',
    );
    expect(new Set(rows.map(({ decision }) => decision))).toEqual(new Set(['undecidable']));
  });

  test('nothing is done without the record, or of a copy that does not answer', () => {
    const blind = atSource.filter(({ standing, copy }) => standing === 'unreachable' || copy === 'unknown');
    expect(new Set(blind.map(({ decision }) => decision))).toEqual(new Set(['undecidable']));
  });
});

describe('whatever is wanted, at the destination', () => {
  test('the guest is taken over only when it was released to this host and its whole state is there', () => {
    const rows = atDestination.filter(({ decision }) => decision === 'start');
    expect(rows).toMatchObject([
      { standing: 'to-take', copy: 'settled', intent: 'take-over' },
      { standing: 'to-take', copy: 'fetching', intent: 'take-over' },
    ]);
  });

  test('CPUs that ran here and were stopped are started by nobody', () => {
    const halted = atDestination.filter(({ copy }) => copy === 'halted').map(({ decision }) => decision);
    expect(halted.filter((decision) => decision === 'run' || decision === 'start')).toEqual([]);
  });

  test('what is, or may be, the guest is never destroyed', () => {
    const rows = atDestination.filter(({ decision }) => decision === 'destroy');
    expect(new Set(rows.map(({ standing }) => standing))).toEqual(new Set(['owned', 'nobodys']));
  });

  test('a host declines only what it has nothing to start with', () => {
    const rows = atDestination.filter(({ decision }) => decision === 'decline');
    expect(new Set(rows.map(({ standing, copy }) => `${standing} ${copy}`))).toEqual(new Set(['to-take absent']));
  });

  test('the source is told that it is needed no more only by a guest that runs, or has run, with all of its memory', () => {
    const rows = atDestination.filter(({ decision }) => decision === 'relieve');
    expect(rows).toMatchObject([
      { standing: 'ours', copy: 'running', intent: 'relieve' },
      { standing: 'ours', copy: 'halted', intent: 'relieve' },
    ]);
  });
});
