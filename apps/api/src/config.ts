import {
  DATABASE_URL,
  LISTEN_ADDRESS,
  LOG_LEVEL,
  NAMESPACE,
  readSettings,
  SERVER_ADDRESS,
  type LogLevel,
} from '@ferry/contracts/settings';

/** The API's settings. This is the only place that reads the environment. */
export interface ApiConfig {
  listen: { host: string; port: number };
  databaseUrl: string;
  temporal: { address: string; namespace: string };
  logLevel: LogLevel;
}

/** Reads the settings. @throws BadSettings */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): ApiConfig {
  return readSettings(environment, ({ read }) => ({
    listen: read('FERRY_API_LISTEN', LISTEN_ADDRESS, '127.0.0.1:8080'),
    databaseUrl: read('FERRY_DATABASE_URL', DATABASE_URL),
    temporal: {
      address: read('FERRY_TEMPORAL_ADDRESS', SERVER_ADDRESS),
      namespace: read('FERRY_TEMPORAL_NAMESPACE', NAMESPACE, 'default'),
    },
    logLevel: read('FERRY_LOG_LEVEL', LOG_LEVEL, 'info'),
  }));
}
