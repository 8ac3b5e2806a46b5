import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';

const LEVEL = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** Makes Temporal's own log lines part of ours, and leaves SIGTERM to end the worker in order. */
export function useLogger(logger: Logger): void {
  Runtime.install({
    logger: new DefaultLogger(LEVEL_OF_TEMPORAL, ({ level, message, meta }) =>
      logger[LEVEL[level]](meta ?? {}, message),
    ),
    shutdownSignals: ['SIGTERM', 'SIGINT'],
  });
}

// Its lines about each task are of use to nobody who runs Ferry.
const LEVEL_OF_TEMPORAL = 'WARN';
