import { z } from 'zod';
import { name } from './primitives.ts';

/** Without `destinations` every other host of the cluster is asked. */
export const preflightBody = z
  .strictObject({
    destinations: z
      .array(name)
      .min(1)
      .max(200)
      .refine((hosts) => new Set(hosts).size === hosts.length, 'must not name a host twice')
      .nullable()
      .default(null),
  })
  .meta({ id: 'PreflightRequest' });
export type PreflightBody = z.input<typeof preflightBody>;

const finding = z
  .object({
    /** Stable; each has a section at `/docs/findings`. */
    code: z.string(),
    severity: z.enum(['error', 'warning']),
    title: z.string(),
    facts: z.string(),
    remedy: z.string(),
  })
  .meta({ id: 'Finding' });

export const preflightReport = z
  .object({
    vm: z.string(),
    source: z.object({ host: z.string(), findings: z.array(finding) }),
    destinations: z.array(
      z.object({
        host: z.string(),
        /** Whether a migration would begin: there is no error here nor at the source. */
        possible: z.boolean(),
        findings: z.array(finding),
      }),
    ),
  })
  .meta({ id: 'PreflightReport' });
export type PreflightReport = z.infer<typeof preflightReport>;

/** Of every VM that runs. */
export const fleetPreflight = z.object({ virtualMachines: z.array(preflightReport) }).meta({ id: 'FleetPreflight' });
export type FleetPreflight = z.infer<typeof fleetPreflight>;
