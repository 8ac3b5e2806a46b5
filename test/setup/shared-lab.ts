import { Lab, labFolder, readConfig, type LabStorage } from '@ferry/lab';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, vi } from 'vitest';
import { tracesOn } from '../../apps/lab/src/faults/copies.ts';

/** End-to-end tests run in one process, one after the other: what is up outlives a file. */
const up = new Map<LabStorage, Promise<Lab>>();

export function sharedLabFolder(storage: LabStorage): string {
  return labFolder(`test-shared-${storage}`);
}

/**
 * A lab of two hosts that tests use one after the other, each with guests of names that no other test has. Afterwards all
 * of it is as it was, and the guests are gone without a trace, or the test fails; a test that fails takes the lab with it.
 */
export async function sharedLab(storage: LabStorage = 'files'): Promise<Lab> {
  onTestFinished(({ task }) => giveBack(storage, task.result?.state === 'fail'), 60_000);
  return take(storage);
}

/** The same, for all tests of a file: its guests live through them. */
export function sharedLabOfThisFile(): () => Lab {
  let lab: Lab | null = null;
  beforeAll(async () => {
    lab = await take('files');
  });
  let failed = false;
  beforeEach(({ onTestFailed }) =>
    onTestFailed(() => {
      failed = true;
    }),
  );
  afterAll(() => giveBack('files', failed));
  return () => {
    if (lab === null) throw new Error('the lab is not up yet');
    return lab;
  };
}

function take(storage: LabStorage): Promise<Lab> {
  const directory = sharedLabFolder(storage);
  const lab =
    up.get(storage) ?? Lab.start({ directory, hosts: 2, storage, environment: readConfig().inherited, actor: 'test' });
  up.set(storage, lab);
  // One that can't be brought up fails the test that asked for it, and is tried again by the next.
  lab.catch(() => up.delete(storage));
  return lab;
}

async function giveBack(storage: LabStorage, failed: boolean): Promise<void> {
  const lab = await up.get(storage);
  if (lab === undefined) return;
  try {
    if (failed) throw new Error('nobody knows what a test that failed has left');
    await lab.endGuests();
    await expectNothingLeft(lab);
  } catch (error) {
    up.delete(storage);
    await lab.stop();
    if (!failed) throw error;
  }
}

async function expectNothingLeft(lab: Lab): Promise<void> {
  const { items } = await lab.client.virtualMachines({ limit: 200 });
  const left = async () => {
    const traces = items.flatMap(({ id: guest }) => lab.hosts.map((host) => tracesOn({ lab, guest }, host)));
    expect((await Promise.all(traces)).flat()).toEqual([]);
  };
  await vi.waitFor(left, { timeout: 10_000 });
}
