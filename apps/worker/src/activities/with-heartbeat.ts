import { Context } from '@temporalio/activity';

const heartbeatMs = 1_000;

/** The same deed, telling Temporal every second that its worker lives: one that has died is known long before the deed's time is over. */
export function withHeartbeat<Input extends unknown[], Result>(
  deed: (...input: Input) => Promise<Result>,
): (...input: Input) => Promise<Result> {
  return async (...input) => {
    const context = Context.current();
    const heart = setInterval(() => context.heartbeat(), heartbeatMs);
    try {
      return await deed(...input);
    } finally {
      clearInterval(heart);
    }
  };
}
