import { FerryError } from '@ferry/domain';

/** One page of a list, and where the next one begins (null: there is none). */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

export interface PageRequest {
  cursor?: string | undefined;
  limit: number;
}

/** A position in a list as a word that URLs take: the sort key of the last item. */
export function encodeCursor(key: readonly string[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** Whether the text is a moment as lists are sorted by: one that the calendar has, and Postgres as well. */
export function isInstant(text: string): boolean {
  const at = new Date(text);
  return !Number.isNaN(at.valueOf()) && at.toISOString() === text && at.getUTCFullYear() > 0;
}

/** What each part of a key has to look like. */
type Patterns = readonly Pick<RegExp, 'test'>[];

/** The inverse of `encodeCursor`. Fails with `VALIDATION_FAILED` for what no list of this shape has given. */
export function decodeCursor<Length extends number>(cursor: string, patterns: Patterns & { length: Length }) {
  const key = parse(Buffer.from(cursor, 'base64url').toString());
  const fits = Array.isArray(key) && key.length === patterns.length && patterns.every((p, at) => matches(key[at], p));
  if (!fits) {
    const message = 'must be a cursor that a page of this list gave';
    throw new FerryError('VALIDATION_FAILED', `cursor ${message}`, { fields: [{ field: 'cursor', message }] });
  }
  return key as string[] & { length: Length };
}

/** Cuts what was asked for (one more than `limit`) into a page. */
export function pageOf<Item>(found: readonly Item[], limit: number, keyOf: (item: Item) => string[]): Page<Item> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: found.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null };
}

function matches(value: unknown, pattern: Pick<RegExp, 'test'>): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
