import {
  hostQueue,
  CONTROL_PLANE_QUEUE,
  type ControlPlaneActivities,
  type DestinationTransferActivities,
  type HostControlActivities,
  type SourceTransferActivities,
} from '@ferry/contracts';
import type { HostId } from '@ferry/domain';
import { ActivityCancellationType, proxyActivities, type ActivityOptions } from '@temporalio/workflow';

/**
 * How long the workflow waits for what, and how often it asks again. Every attempt looks at the facts first, so a
 * second one costs little and can't do harm.
 */
const COMMON = {
  // Long enough for an agent that was cut off from Temporal to find it again, short enough that a dead host shows.
  scheduleToStartTimeout: '30s',
  // Cancelling is the source agent's deed (`withdraw`), so nothing is gained by waiting for each attempt to agree.
  cancellationType: ActivityCancellationType.TRY_CANCEL,
} as const satisfies ActivityOptions;

/** Short deeds: seconds at most, so a slow answer means that something hangs. */
const CONTROL = {
  ...COMMON,
  startToCloseTimeout: '30s',
  heartbeatTimeout: '10s',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '5s', maximumAttempts: 5 },
} as const satisfies ActivityOptions;

/** Long and armed phases: bounded by the policy's own limits at the agent, and here only by their heartbeat. */
const TRANSFER = {
  ...COMMON,
  startToCloseTimeout: '7d',
  heartbeatTimeout: '5s',
  // An agent's restart, and each outage of Temporal longer than the heartbeat, costs one attempt.
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '5s', maximumAttempts: 20 },
} as const satisfies ActivityOptions;

export function controlOf(host: HostId, summary: string): HostControlActivities {
  return proxyActivities<HostControlActivities>({ ...CONTROL, taskQueue: hostQueue(host, 'control'), summary });
}

/** For what need not be done at any price: a host that does not answer soon is a fact too. */
export function controlIfThere(host: HostId, summary: string): HostControlActivities {
  return proxyActivities<HostControlActivities>({
    ...CONTROL,
    scheduleToStartTimeout: '5s',
    startToCloseTimeout: '5s',
    retry: { maximumAttempts: 1 },
    taskQueue: hostQueue(host, 'control'),
    summary,
  });
}

/** For what is asked about many VMs in one visit: as `controlIfThere`, with time for it. */
export function controlForMany(host: HostId, summary: string): HostControlActivities {
  return proxyActivities<HostControlActivities>({
    ...CONTROL,
    scheduleToStartTimeout: '10s',
    startToCloseTimeout: '20s',
    retry: { maximumAttempts: 1 },
    taskQueue: hostQueue(host, 'control'),
    summary,
  });
}

export function sourceTransferOf(host: HostId, summary: string): SourceTransferActivities {
  return proxyActivities<SourceTransferActivities>({ ...TRANSFER, taskQueue: hostQueue(host, 'transfer'), summary });
}

export function destinationTransferOf(host: HostId, summary: string): DestinationTransferActivities {
  return proxyActivities<DestinationTransferActivities>({
    ...TRANSFER,
    taskQueue: hostQueue(host, 'transfer'),
    summary,
  });
}

/** Deeds of the worker, such as writing history: tried until they are done, however long Postgres is away. */
export function controlPlane(summary: string): ControlPlaneActivities {
  return proxyActivities<ControlPlaneActivities>({
    taskQueue: CONTROL_PLANE_QUEUE,
    startToCloseTimeout: '20s',
    heartbeatTimeout: '10s',
    retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '5s' },
    summary,
  });
}
