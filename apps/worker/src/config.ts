import {
  DATABASE_URL,
  LOG_LEVEL,
  NAMESPACE,
  readSettings,
  SERVER_ADDRESS,
  type LogLevel,
} from '@ferry/contracts/settings';

/** The worker's settings. This is the only place that reads the environment. */
export interface WorkerConfig {
  temporal: { address: string; namespace: string };
  databaseUrl: string;
  logLevel: LogLevel;
}

/** Reads the settings. @throws BadSettings */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): WorkerConfig {
  return readSettings(environment, ({ read }) => ({
    temporal: {
      address: read('FERRY_TEMPORAL_ADDRESS', SERVER_ADDRESS),
      namespace: read('FERRY_TEMPORAL_NAMESPACE', NAMESPACE, 'default'),
    },
    databaseUrl: read('FERRY_DATABASE_URL', DATABASE_URL),
    logLevel: read('FERRY_LOG_LEVEL', LOG_LEVEL, 'info'),
  }));
}
