import { CONTROL_PLANE_QUEUE } from '@ferry/contracts';
import { dataConverter } from '@ferry/contracts/payloads';
import { Worker, type NativeConnection } from '@temporalio/worker';
import type { ControlPlaneActivities } from '@ferry/contracts';
import type { WorkerConfig } from './config.ts';
import { WORKFLOW_BUNDLE } from './workflow-bundle.ts';

/** A worker for the workflows and the activities that reach Postgres, ready to `run()`. */
export async function createWorker(
  config: WorkerConfig,
  connection: NativeConnection,
  activities: ControlPlaneActivities,
): Promise<Worker> {
  return Worker.create({
    connection,
    namespace: config.temporal.namespace,
    taskQueue: CONTROL_PLANE_QUEUE,
    workflowBundle: { codePath: WORKFLOW_BUNDLE },
    activities,
    dataConverter,
    // Nothing is lost when it dies at once: workflows go on elsewhere, and activities are tried again.
    shutdownGraceTime: '2s',
    shutdownForceTime: '5s',
    // Enough for the migrations of a large cluster; each costs about a megabyte.
    maxCachedWorkflows: 200,
  });
}
