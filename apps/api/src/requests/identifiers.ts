import { z } from 'zod';

/** A migration's id in an address: ids are kept in lower case. */
export const migrationId = z.uuid('must be a UUID').transform((id) => id.toLowerCase());
