import { z } from 'zod';

/** Lists are read page by page: `cursor` is what the last page gave as `nextCursor`. */
export const pageQuery = z.strictObject({
  cursor: z
    .string()
    .regex(/^[\w-]{1,200}$/, 'must be a cursor that a page of this list gave')
    .optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export function pageOf<Item extends z.ZodType>(item: Item, id: string) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() }).meta({ id });
}
