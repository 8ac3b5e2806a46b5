/** U+0000, and halves of surrogate pairs: Postgres keeps neither, in text or in JSON. */
const UNSTORABLE = /[\0\p{Cs}]/gu;

/**
 * What can be kept of a value: the same, with each character that Postgres refuses replaced by U+FFFD. Words of programs and
 * guests come into the history as they are, and one of those characters would keep all that follows it out for ever.
 */
export function storable<T>(value: T): T {
  return mapped(value) as T;
}

function mapped(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(UNSTORABLE, '\uFFFD');
  if (Array.isArray(value)) return value.map(mapped);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [mapped(key), mapped(inner)]));
}
