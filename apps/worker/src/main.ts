import { dataConverter } from '@ferry/contracts/payloads';
import { BadSettings } from '@ferry/contracts/settings';
import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { pino } from 'pino';
import { readConfig } from './config.ts';
import { createActivities } from './activities/index.ts';
import { createWorker } from './worker.ts';
import { useLogger } from './logging.ts';

try {
  const config = readConfig();
  const logger = pino({ name: 'ferry-worker', level: config.logLevel });
  useLogger(logger);
  const connection = await NativeConnection.connect({ address: config.temporal.address });
  const client = new Client({ connection, namespace: config.temporal.namespace, dataConverter });
  const { activities, close } = createActivities(config.databaseUrl, client);
  const worker = await createWorker(config, connection, activities);
  await activities.startMigrationQueue().catch((error: unknown) => {
    logger.warn({ err: error }, 'left to the first migration: starting the queue');
  });
  logger.info({ temporal: config.temporal.address }, 'polling');
  await worker.run();
  await close();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof BadSettings ? BadSettings.exitStatus : 1;
}
