import { isName, type HostId, type MigrationId, type VmId } from '@ferry/domain';
import { WORKFLOWS } from './workflows.ts';

/** Names on Temporal are made here, each beside its inverse, and nowhere else. */

/** Queue of the workflows and of the activities that reach Postgres. */
export const CONTROL_PLANE_QUEUE = 'control-plane';

export const HOST_QUEUES = ['control', 'transfer'] as const;
/** `control`: short deeds that never wait behind a transfer. `transfer`: the long and the armed phases. */
export type HostQueue = (typeof HOST_QUEUES)[number];

export function hostQueue(host: HostId, queue: HostQueue): string {
  return `host.${host}.${queue}`;
}

export function hostOfQueue(name: string): { host: HostId; queue: HostQueue } | null {
  const match = /^host\.([^.]+)\.(control|transfer)$/.exec(name);
  const [, host, queue] = match ?? [];
  return host !== undefined && isName(host) ? { host, queue: queue as HostQueue } : null;
}

/** The workflow id is the VM's lock: whatever changes where a VM runs has this id, so there is one of them at a time. */
export function virtualMachineLock(vm: VmId): string {
  return `virtual-machine/${vm}`;
}

export function vmOfLock(workflowId: string): VmId | null {
  const vm = workflowId.startsWith('virtual-machine/') ? workflowId.slice('virtual-machine/'.length) : '';
  return isName(vm) ? vm : null;
}

/** The queue's workflow id: there is one a cluster. */
export const MIGRATION_QUEUE_ID = 'migration-queue';

/** The workflow id of a preflight that is asked for alone: it changes nothing, so any number may run. */
export function preflightId(request: string): string {
  return `preflight/${request}`;
}

/** Search attributes, all of type Keyword. */
export const SEARCH_ATTRIBUTES = {
  vm: 'FerryVm',
  migration: 'FerryMigration',
  source: 'FerrySource',
  destination: 'FerryDestination',
  state: 'FerryState',
} as const;

/** Temporal's list query for the migrations under way or waiting. */
export const RUNNING_MIGRATIONS_QUERY = `WorkflowType = '${WORKFLOWS.liveMigration}' AND ExecutionStatus = 'Running'`;

/** Temporal's list query that finds the workflow of a migration. The id has been checked to be a UUID. */
export function migrationQuery(migration: MigrationId): string {
  return `${SEARCH_ATTRIBUTES.migration} = '${migration}'`;
}
