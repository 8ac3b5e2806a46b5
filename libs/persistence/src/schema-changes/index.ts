import { Foundations1764000000000 } from './1764000000000-foundations.ts';
import { Holds1764000100000 } from './1764000100000-holds.ts';

/** Every change of the schema, oldest first. A released one is never edited: add another. */
export const schemaChanges = [Foundations1764000000000, Holds1764000100000];
