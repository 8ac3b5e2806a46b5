/**
 * The milestones at which a fault strikes, in their order.
 *
 * - `accepted`: the API has answered the request
 * - `created`: the destination's VM has its folder
 * - `memory`: the first progress was told, so pages are on their way
 * - `cancelled`: pages are on their way, and a person has just said to call it off: what was done is being undone
 * - `switchover`: the CPUs stand still; the source's agent is held there
 * - `released`: the source has released the handle; the destination's agent is held there
 * - `started`: the destination has taken the handle: the pivot
 */
export const MOMENTS = ['accepted', 'created', 'memory', 'cancelled', 'switchover', 'released', 'started'] as const;
export type Moment = (typeof MOMENTS)[number];
