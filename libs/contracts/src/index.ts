export * from './activities.ts';
export * from './agent-protocol.ts';
export * from './migration-queue.ts';
export * from './queues.ts';
export * from './workflows.ts';
