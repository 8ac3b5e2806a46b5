import { everyItem, type FerryClient } from '@ferry/client';
import { FerryError, isName } from '@ferry/domain';
import { UsageError } from './display/failure-words.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const PART_OF_UUID = /^[0-9a-f-]{4,35}$/;
/** Abbreviations are looked for among so many of the latest migrations. */
const SEARCHED = 2_000;

/**
 * The id of the migration that a person means: its id, the beginning or end of one, or a VM's name for its latest one.
 * @throws FerryError MIGRATION_UNKNOWN if there is none, UsageError if there is more than one
 */
export async function resolveMigration(client: FerryClient, given: string): Promise<string> {
  const text = given.toLowerCase();
  if (UUID.test(text)) return text;
  if (isName(text)) {
    const [latest] = (await client.migrations({ vm: text, limit: 1 })).items;
    if (latest !== undefined) return latest.id;
  }
  const found = PART_OF_UUID.test(text) ? await findByPart(client, text) : [];
  const [id, ...others] = found;
  if (id === undefined) {
    throw new FerryError('MIGRATION_UNKNOWN', `"${given}" is neither a migration nor a VM that has one`);
  }
  if (others.length > 0) throw new UsageError(`"${given}" means more than one migration: ${found.join(', ')}`);
  return id;
}

async function findByPart(client: FerryClient, part: string): Promise<string[]> {
  const found: string[] = [];
  let searched = 0;
  for await (const { id } of everyItem((cursor) => client.migrations({ cursor, limit: 200 }))) {
    if (id.startsWith(part) || id.endsWith(part)) found.push(id);
    searched += 1;
    if (searched === SEARCHED) break;
  }
  return found;
}

/** The end of an id: the beginning is the time, which migrations of one hour share. */
export function shortId(id: string): string {
  return id.slice(-8);
}
