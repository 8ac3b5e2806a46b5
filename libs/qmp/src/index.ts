export { dhParameters } from './dh-parameters.ts';
export { QmpBusy, QmpClosed, QmpError, QmpProtocolError, QmpTimeout } from './errors.ts';
export type { EventName, QmpEvent, WaitOptions } from './event-log.ts';
export type { ConnectOptions } from './greeted-socket.ts';
export { migrationStatus } from './migration-status.ts';
export type * from './protocol.ts';
export { type CallOptions, type CommandName, QmpClient } from './qmp-client.ts';
export { streamPriority } from './stream-priority.ts';
