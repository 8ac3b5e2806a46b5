import { z } from 'zod';
import { auditEntry } from './audit.ts';
import { migrationProgress } from './migration.ts';

/**
 * What `GET /events` and `GET /migrations/:id/events` send (server-sent events; the event's name is `kind`).
 * `history` entries have the audit entry's id as the event's id: a client that comes back with `Last-Event-ID` misses none.
 */
export const liveEvent = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('history'), entry: auditEntry }),
    z.object({ kind: z.literal('progress'), progress: migrationProgress }),
  ])
  .meta({ id: 'LiveEvent' });
export type LiveEvent = z.infer<typeof liveEvent>;
