import { describe, expect, it } from 'vitest';
import { PingTally } from './ping-tally.ts';

const start = 1_700_000_000_000;

function answer(sequence: number, atMs: number): string {
  const time = ((start + atMs) / 1000).toFixed(6);
  return `[${time}] 10.77.0.21 : [${sequence - 1}], 64 bytes, 0.412 ms (0.400 avg, 0% loss)`;
}

describe('the tally of pings', () => {
  it('finds the longest silence and counts what was never answered', () => {
    const tally = new PingTally(start);
    for (const [sequence, at] of [
      [1, 10],
      [2, 20],
      [9, 95],
      [10, 100],
    ] as const)
      tally.line(answer(sequence, at));
    expect(tally.report(start + 105)).toEqual({ sent: 10, lost: 6, longestMs: 75, beganAt: start + 20 });
  });

  it('counts late answers as answers', () => {
    const tally = new PingTally(start);
    for (const [sequence, at] of [
      [1, 10],
      [4, 90],
      [2, 91],
      [3, 92],
    ] as const)
      tally.line(answer(sequence, at));
    expect(tally.report(start + 95)).toMatchObject({ sent: 4, lost: 0, longestMs: 80 });
  });

  it('sees a silence that lasts still', () => {
    const tally = new PingTally(start);
    tally.line(answer(1, 10));
    expect(tally.report(start + 1010)).toMatchObject({ lost: 0, longestMs: 1000, beganAt: start + 10 });
  });

  it('begins anew after a reset, without what was sent before', () => {
    const tally = new PingTally(start);
    tally.line(answer(1, 10));
    tally.line(answer(4, 400));
    tally.reset(start + 400);
    tally.line(answer(3, 401));
    tally.line(answer(5, 410));
    expect(tally.report(start + 415)).toEqual({ sent: 1, lost: 0, longestMs: 9, beganAt: start + 401 });
  });

  it('takes nothing from lines that are no answers', () => {
    const tally = new PingTally(start);
    tally.line('10.77.0.21 : [7], timed out (0.04 avg, 12% loss)');
    tally.line('ICMP Host Unreachable from 10.77.0.1 for ICMP Echo sent to 10.77.0.21');
    expect(tally.report(start)).toMatchObject({ sent: 0, lost: 0 });
  });
});
