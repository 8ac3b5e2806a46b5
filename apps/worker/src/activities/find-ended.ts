import { RUNNING_MIGRATIONS_QUERY, virtualMachineLock, type ControlPlaneActivities } from '@ferry/contracts';
import type { Client } from '@temporalio/client';
import { describeRun } from './describe-run.ts';

/** Which of these migrations' runs have ended, in whatever way. */
export function createFindEnded(client: Client): ControlPlaneActivities['findEnded'] {
  return async (places) => {
    const listed = new Set<string>();
    for await (const { runId } of client.workflow.list({ query: RUNNING_MIGRATIONS_QUERY })) listed.add(runId);
    const ended: string[] = [];
    // The list may lag behind, so who is missing there is asked for.
    for (const { migration, vm, run } of places.filter((place) => !listed.has(place.run))) {
      const found = await describeRun(client, virtualMachineLock(vm), run);
      if (found?.status.name !== 'RUNNING') ended.push(migration);
    }
    return ended;
  };
}
