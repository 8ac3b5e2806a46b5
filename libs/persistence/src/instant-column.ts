import type { Instant } from '@ferry/domain';
import type { EntitySchemaColumnOptions } from 'typeorm';

/** A point in time, to the millisecond: in rows of this program it is the domain's `Instant`. */
export const instantColumn = {
  type: 'timestamp with time zone',
  precision: 3,
  transformer: {
    to: (value: unknown) => value,
    from: (value: Date | null): Instant | null => value?.toISOString() ?? null,
  },
} as const satisfies EntitySchemaColumnOptions;
