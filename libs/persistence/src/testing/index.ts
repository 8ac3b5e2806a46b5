export * from './cuttable-link.ts';
export * from './sample-events.ts';
export * from './sample-report.ts';
export * from './temporary-database.ts';
