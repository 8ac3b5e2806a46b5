import { z } from 'zod';
import { pageOf } from './page.ts';
import { instant } from './primitives.ts';

export const HOST_STATUSES = ['up', 'silent'] as const;

export const host = z
  .object({
    id: z.string(),
    /** `silent`: its agent has not reported for a while. */
    status: z.enum(HOST_STATUSES),
    reportedAt: instant,
    /** The cluster that it is a member of; null of one that only reports: nothing moves there or is started there. */
    cluster: z.string().nullable(),
    agentVersion: z.string(),
    hypervisor: z.object({ type: z.string(), version: z.string(), accelerator: z.string() }),
    cpu: z.object({ vendor: z.string(), count: z.number().int() }),
    memory: z.object({ totalBytes: z.number(), freeBytes: z.number() }),
    migrationAddress: z.string(),
    networks: z.array(z.string()),
    virtualMachines: z.number().int(),
  })
  .meta({ id: 'Host' });
export type Host = z.infer<typeof host>;

export const hostPage = pageOf(host, 'HostPage');
