import { RUNNING_MIGRATIONS_QUERY, virtualMachineLock, type ControlPlaneActivities } from '@ferry/contracts';
import { isTerminal, type MigrationId } from '@ferry/domain';
import type { MigrationStore } from '@ferry/persistence';
import type { Client } from '@temporalio/client';
import { describeRun } from './describe-run.ts';

/**
 * Which of these migrations' runs have ended, in whatever way. One that Temporal has ended can't say so itself: it is said
 * here, or it would seem to be under way for ever. Until that is written it keeps its place.
 */
export function createFindEnded(
  client: Client,
  store: Pick<MigrationStore, 'find' | 'recordEvents'>,
): ControlPlaneActivities['findEnded'] {
  return async (places) => {
    const listed = new Set<string>();
    for await (const { runId } of client.workflow.list({ query: RUNNING_MIGRATIONS_QUERY })) listed.add(runId);
    const ended: string[] = [];
    // The list may lag behind, so who is missing there is asked for.
    for (const { migration, vm, run } of places.filter((place) => !listed.has(place.run))) {
      const status = (await describeRun(client, virtualMachineLock(vm), run))?.status.name ?? 'gone';
      if (status === 'RUNNING') continue;
      if (status !== 'COMPLETED') await recordEnd(store, migration, status.toLowerCase());
      ended.push(migration);
    }
    return ended;
  };
}

async function recordEnd(
  store: Pick<MigrationStore, 'find' | 'recordEvents'>,
  id: MigrationId,
  status: string,
): Promise<void> {
  const known = await store.find(id);
  if (known === null || isTerminal(known.state)) return;
  const failure = { code: 'ENDED_IN_TEMPORAL', detail: `Its workflow is ${status}.` } as const;
  const of = { migration: id, vm: known.vm, sequence: known.lastSequence + 1, at: new Date().toISOString() };
  await store.recordEvents([{ ...of, type: 'failed', owner: known.owner ?? known.source, failure }]);
}
