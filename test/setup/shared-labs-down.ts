import { Lab } from '@ferry/lab';
import { sharedLabFolder } from './shared-lab.ts';

/** When all tests have run, the labs that they shared are taken down; what is left of one fails the run. */
export default function setup(): () => Promise<void> {
  return async () => {
    for (const storage of ['files', 'iscsi'] as const) await Lab.reap(sharedLabFolder(storage));
  };
}
