import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideAdmission, type Applicant } from './admission.ts';
import { DEFAULT_LIMITS, type MigrationLimits } from './limits.ts';
import { PRIORITIES, type Priority } from './priority.ts';

type Way = Pick<Applicant, 'source' | 'destination'>;

function applicant(vm: string, way: string, priority: Priority = 'normal', second = 0): Applicant {
  const [source = '', destination = ''] = way.split('→');
  const requestedAt = new Date(Date.UTC(2026, 0, 31, 12, 0, second)).toISOString();
  return { migration: vm, vm, source, destination, priority, requestedAt };
}

function way(text: string): Way {
  const { source, destination } = applicant('', text);
  return { source, destination };
}

const names = (applicants: readonly Applicant[]) => applicants.map(({ vm }) => vm);

describe('who may go', () => {
  test('as many as the limits allow, the oldest first; the others learn their position and why they wait', () => {
    const line = [3, 1, 2].map((second) => applicant(`vm-${second}`, 'a→b', 'normal', second));
    const { admitted, waiting } = decideAdmission(DEFAULT_LIMITS, [], line);
    expect(names(admitted)).toEqual(['vm-1', 'vm-2']);
    expect(waiting).toEqual([{ ...line[0], position: 1, reason: 'a already sends 2 of 2; b already receives 2 of 2' }]);
  });

  test('an urgent one goes before older ones of a lower priority', () => {
    const line = [
      applicant('batch', 'a→b'),
      applicant('late', 'a→b', 'urgent', 9),
      applicant('idle', 'a→b', 'background'),
    ];
    const { admitted, waiting } = decideAdmission({ ...DEFAULT_LIMITS, outgoing: 1 }, [], line);
    expect([names(admitted), names(waiting)]).toEqual([['late'], ['batch', 'idle']]);
  });

  test('one whose host is full lets those pass whose hosts are not', () => {
    const line = [applicant('stuck', 'a→b'), applicant('free', 'c→d', 'background')];
    const { admitted, waiting } = decideAdmission(DEFAULT_LIMITS, [way('e→b'), way('f→b')], line);
    expect(names(admitted)).toEqual(['free']);
    expect(waiting).toMatchObject([{ vm: 'stuck', position: 1, reason: 'b already receives 2 of 2' }]);
  });

  test('it keeps a place at its other host, and the reason names who keeps it', () => {
    const line = [
      applicant('stuck', 'a→b'),
      applicant('first', 'a→c', 'normal', 1),
      applicant('second', 'a→c', 'normal', 2),
    ];
    const { admitted, waiting } = decideAdmission(DEFAULT_LIMITS, [way('e→b'), way('f→b')], line);
    expect(names(admitted)).toEqual(['first']);
    expect(waiting[1]).toMatchObject({
      vm: 'second',
      position: 2,
      reason: 'a keeps its next place for stuck, which is further ahead',
    });
  });

  test('the cluster’s limit holds for all; limits that were lowered throw nobody out', () => {
    const { admitted, waiting } = decideAdmission(
      { ...DEFAULT_LIMITS, cluster: 1 },
      [way('a→b'), way('c→d')],
      [applicant('next', 'e→f', 'urgent')],
    );
    expect(admitted).toEqual([]);
    expect(waiting[0]?.reason).toBe('the cluster already moves 2 of 1');
  });
});

const host = fc.constantFrom('a', 'b', 'c', 'd');
const anyWay = fc
  .tuple(host, host)
  .filter(([from, to]) => from !== to)
  .map(([source, destination]) => ({ source, destination }));
const anyLimits: fc.Arbitrary<MigrationLimits> = fc.record({
  outgoing: fc.integer({ min: 1, max: 3 }),
  incoming: fc.integer({ min: 1, max: 3 }),
  cluster: fc.integer({ min: 1, max: 6 }),
});
/** In the order of the line: by priority, then by age. */
const anyLine = fc
  .array(fc.tuple(anyWay, fc.nat({ max: PRIORITIES.length - 1 })), { maxLength: 12 })
  .map((line) => line.toSorted(([, a], [, b]) => a - b))
  .map((line) =>
    line.map(([{ source, destination }, priority], at) =>
      applicant(`vm-${at}`, `${source}→${destination}`, PRIORITIES[priority], at),
    ),
  );
const count = (ways: readonly Way[], side: keyof Way, name: string) =>
  ways.filter((each) => each[side] === name).length;

/** The last one's hosts are never free at the same moment, unless one of them is kept for it. */
const CAUGHT_BETWEEN = ['a→c', 'd→b', 'a→b'].map((each, at) => applicant(`vm-${at}`, each, 'normal', at));

describe('whatever is asked for', () => {
  const situation = [anyLimits, fc.array(anyWay, { maxLength: 6 }), anyLine] as const;

  test('no limit is exceeded by who is admitted', () => {
    fc.assert(
      fc.property(...situation, (limits, inFlight, line) => {
        const { admitted } = decideAdmission(limits, inFlight, line);
        const after = [...inFlight, ...admitted];
        if (admitted.length > 0) expect(after.length).toBeLessThanOrEqual(limits.cluster);
        for (const { source, destination } of admitted) {
          expect(count(after, 'source', source)).toBeLessThanOrEqual(limits.outgoing);
          expect(count(after, 'destination', destination)).toBeLessThanOrEqual(limits.incoming);
        }
      }),
    );
  });

  test('who is admitted leaves each host a place for everyone ahead who waits for that host', () => {
    fc.assert(
      fc.property(...situation, (limits, inFlight, line) => {
        const { admitted } = decideAdmission(limits, inFlight, line);
        for (const each of admitted) {
          const ahead = [...inFlight, ...line.slice(0, line.indexOf(each))];
          expect(count(ahead, 'source', each.source)).toBeLessThan(limits.outgoing);
          expect(count(ahead, 'destination', each.destination)).toBeLessThan(limits.incoming);
        }
      }),
    );
  });

  test('nobody waits when nothing is in the way', () => {
    fc.assert(
      fc.property(...situation, (limits, inFlight, line) => {
        const { admitted, waiting } = decideAdmission(limits, inFlight, line);
        for (const { vm, source, destination } of waiting) {
          const ahead = [
            ...inFlight,
            ...line.slice(
              0,
              line.findIndex((each) => each.vm === vm),
            ),
          ];
          const free =
            inFlight.length + admitted.length < limits.cluster &&
            count(ahead, 'source', source) < limits.outgoing &&
            count(ahead, 'destination', destination) < limits.incoming;
          expect(free).toBe(false);
        }
      }),
    );
  });

  test('who comes later changes nothing for those ahead', () => {
    fc.assert(
      fc.property(...situation, fc.nat({ max: 12 }), (limits, inFlight, line, length) => {
        const whole = decideAdmission(limits, inFlight, line);
        const before = decideAdmission(limits, inFlight, line.slice(0, length));
        expect(names(whole.admitted).slice(0, before.admitted.length)).toEqual(names(before.admitted));
        expect(whole.waiting.slice(0, before.waiting.length)).toEqual(before.waiting);
      }),
    );
  });

  test('everyone gets a turn, though others of the same priority keep coming', () => {
    fc.assert(
      fc.property(anyLimits, anyLine, fc.array(anyWay, { minLength: 1, maxLength: 4 }), (limits, line, comers) => {
        const still = new Set(names(line));
        let inFlight: Applicant[] = [];
        let waiting: Applicant[] = line.map((each) => ({ ...each, priority: 'normal' }));
        for (let turn = 0; turn < 100 && still.size > 0; turn += 1) {
          const { source, destination } = comers[turn % comers.length] as Way;
          waiting.push(applicant(`comer-${turn}`, `${source}→${destination}`, 'normal', 100 + turn));
          const { admitted } = decideAdmission(limits, inFlight, waiting);
          for (const { vm } of admitted) still.delete(vm);
          waiting = waiting.filter(({ vm }) => !names(admitted).includes(vm));
          // The one that began first ends first.
          inFlight = [...inFlight, ...admitted].slice(1);
        }
        expect([...still]).toEqual([]);
      }),
      { examples: [[{ outgoing: 1, incoming: 1, cluster: 6 }, CAUGHT_BETWEEN, [way('a→c'), way('d→b')]]] },
    );
  });
});
