import { BadSettings } from '@ferry/contracts/settings';
import { pino } from 'pino';
import { readConfig, type ApiConfig } from './config.ts';
import { createApp } from './create-app.ts';
import { TemporalEngine } from './engine/temporal-engine.ts';
import { PostgresRecords } from './records.ts';

function configOrExit(): ApiConfig {
  try {
    return readConfig();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(BadSettings.exitStatus);
  }
}

const config = configOrExit();
const log = pino({ name: 'api', level: config.logLevel });
const records = new PostgresRecords(config.databaseUrl, (error) => log.warn({ err: error }, 'history: trying again'));
const engine = new TemporalEngine(config.temporal);
const app = await createApp({ engine, records, log });

/** A server that is frozen can't say goodbye: not waited for any longer. */
const FAREWELL_MS = 1_500;

async function stop(signal: NodeJS.Signals): Promise<void> {
  log.info({ signal }, 'stopping');
  setTimeout(() => process.exit(0), FAREWELL_MS).unref();
  await app.close();
  await Promise.all([records.close(), engine.close()]);
  process.exit(0);
}
process.once('SIGTERM', (signal) => void stop(signal));
process.once('SIGINT', (signal) => void stop(signal));

await app.listen(config.listen.port, config.listen.host);
records.start();
log.info({ address: await app.getUrl() }, 'listening');
