import { pino } from 'pino';
import { readConfig } from './config.ts';
import { createActivities } from './activities/index.ts';
import { createWorker } from './worker.ts';
import { useLogger } from './logging.ts';

try {
  const config = readConfig();
  const logger = pino({ name: 'ferry-worker', level: config.logLevel });
  useLogger(logger);
  const { activities, close } = createActivities(config.databaseUrl);
  const worker = await createWorker(config, activities);
  logger.info({ temporal: config.temporalAddress }, 'polling');
  await worker.run();
  await close();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
