import { ERRORS, FINDINGS, type ErrorCode, type FindingCode } from '@ferry/domain';
import { z } from 'zod';

const codes = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

/** RFC 9457. `code` is stable; `detail` is for people. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.enum(codes),
    detail: z.string(),
    remedy: z.string(),
    retryable: z.boolean(),
    instance: z.string().optional(),
    fields: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problem>;

export const failure = z.object({ code: z.enum(codes), detail: z.string() }).meta({ id: 'Failure' });

export const findingSchema = z
  .object({
    code: z.enum(Object.keys(FINDINGS) as [FindingCode, ...FindingCode[]]),
    severity: z.enum(['error', 'warning']),
    host: z.string(),
    facts: z.string(),
  })
  .meta({ id: 'Finding' });
