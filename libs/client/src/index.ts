export * from './create-credential.ts';
export * from './errors.ts';
export type { EventOptions, StreamStep } from './event-stream.ts';
export * from './every-item.ts';
export * from './ferry-client.ts';
export type { FerryClientOptions } from './transport.ts';
