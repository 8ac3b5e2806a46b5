import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

type Write = (facts: object, message: string) => void;

/** The log. A class so that it can be asked for by its type; pino's loggers are one. */
export abstract class Log {
  abstract debug: Write;
  abstract info: Write;
  abstract warn: Write;
  abstract error: Write;
}

/** Makes the framework's own lines part of ours. What it says of each route at start is of use to nobody. */
export function frameworkLogger(log: Logger): LoggerService {
  const at = (level: 'debug' | 'warn' | 'error') => (message: unknown, context?: unknown) =>
    log[level]({ context }, message instanceof Error ? message.message : String(message));
  return {
    log: at('debug'),
    debug: at('debug'),
    verbose: at('debug'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('error'),
  };
}
