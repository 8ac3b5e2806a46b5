export * from './kinds.ts';
export * from './read-settings.ts';
