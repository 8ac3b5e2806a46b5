/**
 * How long to wait before trying again, in milliseconds: a quarter of the time that it took so far, within the bounds. Trying at
 * the same pace for days would fill a workflow's history, and Temporal would end it.
 */
export function pauseAfter(begunAt: number, bounds: { shortestMs: number; longestMs: number }): number {
  return Math.min(Math.max(Math.round((Date.now() - begunAt) / 4), bounds.shortestMs), bounds.longestMs);
}
