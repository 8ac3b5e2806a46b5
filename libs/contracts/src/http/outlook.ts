import { z } from 'zod';
import { instant, name, reason } from './primitives.ts';

/** What is true of a migration under way, for a person who might act on it. */
export const outlook = z
  .object({
    /** Whose the guest is; null between release and start, when nobody may run it and only the record can tell. */
    owner: z.string().nullable(),
    cancel: z.object({ allowed: z.boolean(), effect: z.string() }),
    irreversible: z.string().nullable(),
    waitsFor: z.object({ what: z.string(), since: instant }).nullable(),
  })
  .meta({ id: 'Outlook' });

const evidence = z
  .object({
    host: z.string(),
    at: instant,
    record: z.union([z.literal('unreachable'), z.record(z.string(), z.unknown())]).nullable(),
    copy: z.string(),
    ruling: z.object({ decision: z.string(), reason: z.string() }),
    progress: z.record(z.string(), z.unknown()).nullable(),
    lastWords: z.string(),
    journal: z.array(z.object({ at: instant, name: z.string() })),
  })
  .meta({ id: 'Evidence' });

/** What one host knew when the migration began to wait for a person, or why it said nothing. */
export const testimony = z
  .union([z.object({ host: z.string(), evidence }), z.object({ host: z.string(), silence: z.string() })])
  .meta({ id: 'Testimony' });

export const decideBody = z
  .strictObject({
    /** The host that is to own the guest: the migration's source or destination. */
    owner: name,
    /** The VM and the host, with a space between them. */
    confirmation: z.string().max(200),
    /** How it is known that the other copy can't run: for the audit history. */
    reason,
  })
  .meta({ id: 'Decide' });
export type DecideBody = z.infer<typeof decideBody>;

export const decideAnswer = z
  .object({
    owner: z.string(),
    runs: z.boolean(),
    generation: z.number().int(),
    /** The disks from which the other host was cut off before it was decided, by the fence of the host that owns the guest now. */
    cutOff: z.array(z.string()),
  })
  .meta({ id: 'DecideAnswer' });
