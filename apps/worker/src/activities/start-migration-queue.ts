import {
  CONTROL_PLANE_QUEUE,
  MIGRATION_QUEUE_ID,
  QUEUE_MEMO,
  RUNNING_MIGRATIONS_QUERY,
  WORKFLOWS,
  type ControlPlaneActivities,
  type MigrationQueueInput,
  type Place,
} from '@ferry/contracts';
import { DEFAULT_LIMITS, type MigrationLimits } from '@ferry/domain';
import type { Client } from '@temporalio/client';
import { describeRun } from './describe-run.ts';

/** Starts the queue unless it runs. One that was terminated goes on with the limits that it had and the places that migrations hold. */
export function createStartMigrationQueue(client: Client): ControlPlaneActivities['startMigrationQueue'] {
  return async () => {
    const last = await describeRun(client, MIGRATION_QUEUE_ID);
    if (last?.status.name === 'RUNNING') return;
    const limits = (last?.memo?.[QUEUE_MEMO.limits] as MigrationLimits | undefined) ?? DEFAULT_LIMITS;
    const input: MigrationQueueInput = { limits, places: await placesOfMigrations(client) };
    await client.workflow.start(WORKFLOWS.migrationQueue, {
      workflowId: MIGRATION_QUEUE_ID,
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      taskQueue: CONTROL_PLANE_QUEUE,
      staticSummary: 'The queue of migrations',
      args: [input],
    });
  };
}

async function placesOfMigrations(client: Client): Promise<Place[]> {
  const places: Place[] = [];
  for await (const { workflowId, runId } of client.workflow.list({ query: RUNNING_MIGRATIONS_QUERY })) {
    // The list may lag behind; what a run says of itself does not.
    const run = await describeRun(client, workflowId, runId);
    const place = run?.memo?.[QUEUE_MEMO.place] as Place | undefined;
    if (run?.status.name === 'RUNNING' && place !== undefined) places.push(place);
  }
  return places;
}
