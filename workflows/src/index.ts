/** The bundle's only entry: what is exported here can be started. */
export { liveMigration } from './live-migration/live-migration.ts';
export { migrationQueue } from './migration-queue/migration-queue.ts';
export { preflight } from './preflight/preflight.ts';
export { startVirtualMachine } from './virtual-machine/start-virtual-machine.ts';
export { stopVirtualMachine } from './virtual-machine/stop-virtual-machine.ts';
