import { z } from 'zod';
import { pageOf, pageQuery } from './page.ts';
import { instant, name } from './primitives.ts';

export const auditEntry = z
  .object({
    id: z.string(),
    /** When it happened. */
    at: instant,
    /** When the database learned of it. */
    recordedAt: instant,
    actor: z.string(),
    /** `migration.requested`, `migration.phase-completed`, `virtual-machine.start`, `cluster.invite`, … */
    action: z.string(),
    outcome: z.enum(['accepted', 'refused', 'done', 'failed']),
    migration: z.uuid().nullable(),
    /** The event's number within its migration. */
    sequence: z.number().int().nullable(),
    vm: z.string().nullable(),
    host: z.string().nullable(),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof auditEntry>;

export const auditPage = pageOf(auditEntry, 'AuditPage');
export const auditQuery = pageQuery.extend({
  migration: z.uuid().optional(),
  vm: name.optional(),
  order: z.enum(['oldest-first', 'newest-first']).default('newest-first'),
});
