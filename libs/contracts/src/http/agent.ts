import { VM_STATUSES } from '@ferry/domain';
import { z } from 'zod';
import { migrationProgress } from './migration.ts';
import { instant, line, name } from './primitives.ts';
import { virtualMachineDefinition } from './virtual-machine.ts';

/** What the records' column takes; a VM would have to be moved every second for 34 years. */
const MOST_GENERATIONS = 2 ** 31 - 1;

/** What agents send. `PUT /hosts/:id/report` and `POST /hosts/:id/progress`. */
export const hostReport = z
  .strictObject({
    host: name,
    at: instant,
    agentVersion: line(40),
    hypervisor: z.strictObject({
      type: z.enum(['qemu', 'simulator']),
      version: line(80),
      accelerator: line(20),
    }),
    cpu: z.strictObject({ vendor: line(40), count: z.number().int().min(1) }),
    memory: z.strictObject({ totalBytes: z.number().min(0), freeBytes: z.number().min(0) }),
    migrationAddress: line(80),
    networks: z.array(name).max(64),
    virtualMachines: z
      .array(
        z.strictObject({
          definition: virtualMachineDefinition,
          status: z.enum(VM_STATUSES),
          owner: name.nullable(),
          generation: z.number().int().min(0).max(MOST_GENERATIONS),
        }),
      )
      .max(4096),
  })
  .meta({ id: 'HostReport' });

/** Which cluster the host is a member of, so that its agent knows too. */
export const hostReportAnswer = z.object({ cluster: z.string().nullable() }).meta({ id: 'HostReportAnswer' });
export type HostReportAnswer = z.infer<typeof hostReportAnswer>;

export const progressBody = z
  .strictObject({ progress: z.array(migrationProgress.strict()).min(1).max(64) })
  .meta({ id: 'Progress' });
