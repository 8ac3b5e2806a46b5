import { ERRORS, type ErrorCode } from '@ferry/domain';
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
