import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { MigrationFailure } from './faults.ts';
import { Link, readBroken } from './link.ts';

it('whose other end is gone as its last word is sent breaks like any link: a destination that has the state lives on', async () => {
  const gone = new Writable({ final: (done) => done(new Error('write EPIPE')) });
  await expect(new Link(undefined, gone, readBroken).finish()).rejects.toThrow(MigrationFailure);
});
