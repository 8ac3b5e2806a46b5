import { readConfig, Lab, labFolder, type LabOptions } from '@ferry/lab';
import { afterAll, beforeAll } from 'vitest';

/** A lab that all tests of a file share, one after the other: each leaves it as it found it. */
export function labOfThisFile(name: string, options: Partial<LabOptions> = {}): () => Lab {
  let lab: Lab | null = null;
  beforeAll(async () => {
    const directory = labFolder(`test-${name}`);
    lab = await Lab.start({ directory, hosts: 2, environment: readConfig().inherited, actor: 'test', ...options });
  });
  // It throws when anything of it is left.
  afterAll(() => lab?.stop());
  return () => {
    if (lab === null) throw new Error('the lab is not up yet');
    return lab;
  };
}
