/** A copy of an object that lacks one of its properties. */
export function without<T extends object, Key extends keyof T>(object: T, key: Key): Omit<T, Key> {
  const copy: Partial<T> & Omit<T, Key> = { ...object };
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the key is one of the type's own
  delete copy[key];
  return copy;
}
