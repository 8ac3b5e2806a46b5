/** What can be struck, and how. A new one is demanded everywhere by the compiler. */
export const WAYS = {
  api: ['killed', 'frozen'],
  worker: ['killed', 'frozen'],
  temporal: ['killed', 'frozen'],
  postgres: ['killed', 'frozen'],
  'source agent': ['killed', 'frozen'],
  'destination agent': ['killed', 'frozen'],
  'source QEMU': ['killed for good', 'frozen'],
  'destination QEMU': ['killed for good', 'frozen'],
  'migration link': ['cut', 'muted', 'slow'],
  witness: ['away', 'read-only', 'empty', 'hanging'],
  'shared storage': ['read-only', 'empty'],
} as const;

export type Target = keyof typeof WAYS;
export type WayOf<T extends Target> = (typeof WAYS)[T][number];
