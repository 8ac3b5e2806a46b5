import { Foundations1764000000000 } from './1764000000000-foundations.ts';
import { Queue1764000100000 } from './1764000100000-queue.ts';
import { Holds1764000200000 } from './1764000200000-holds.ts';
import { Clusters1764000300000 } from './1764000300000-clusters.ts';
import { Rehearsals1764000400000 } from './1764000400000-rehearsals.ts';

/** Every change of the schema, oldest first. A released one is never edited: add another. */
export const schemaChanges = [
  Foundations1764000000000,
  Queue1764000100000,
  Holds1764000200000,
  Clusters1764000300000,
  Rehearsals1764000400000,
];
