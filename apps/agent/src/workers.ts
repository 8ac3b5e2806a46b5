import { setTimeout as pause } from 'node:timers/promises';
import { hostQueue, type HostQueue } from '@ferry/contracts';
import { dataConverter } from '@ferry/contracts/payloads';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { AgentServices } from './agent-services.ts';
import { activities } from './activities.ts';
import type { AgentConfig } from './config.ts';

/** An agent that starts before its Temporal server waits for it. */
const reconnectMs = 500;
/** Past this the process has to end, whatever an activity still does. */
const shutdownForceTime = '5s';

/** `transfer` is bounded by the policy of who starts migrations, so its slots bound nothing. */
const slots: Record<HostQueue, { activities: number; pollers: number }> = {
  control: { activities: 64, pollers: 4 },
  transfer: { activities: 1_024, pollers: 8 },
};

/** Polls the host's two queues until the signal; what runs then is told to re-attach later. */
export async function runWorkers(config: AgentConfig, services: AgentServices, stop: AbortSignal): Promise<void> {
  const { log, host } = services;
  // Signals are the composition root's business, and so is the log.
  Runtime.install({
    shutdownSignals: [],
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => {
      // Failed attempts are the workflow's to judge, and an agent has no workflows on purpose.
      log[level === 'ERROR' ? 'error' : 'debug']({ ...meta }, message);
    }),
  });
  const deeds = activities(services);
  while (!stop.aborted) {
    let connection: NativeConnection | null = null;
    try {
      connection = await NativeConnection.connect({ address: config.temporal.address });
      const workers = await Promise.all(
        (['control', 'transfer'] as const).map((queue) =>
          Worker.create({
            connection: connection as NativeConnection,
            namespace: config.temporal.namespace,
            taskQueue: hostQueue(host, queue),
            activities: deeds[queue],
            dataConverter,
            identity: `agent@${host}`,
            maxConcurrentActivityTaskExecutions: slots[queue].activities,
            maxConcurrentActivityTaskPolls: slots[queue].pollers,
            // Cancellation travels with heartbeats: held back for long, it would come late.
            maxHeartbeatThrottleInterval: '1s',
            shutdownForceTime,
          }),
        ),
      );
      const shutdown = () => {
        for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      };
      stop.addEventListener('abort', shutdown, { once: true });
      stop.throwIfAborted();
      const running = Promise.all(workers.map((worker) => worker.run()));
      log.info('polling');
      await running.finally(() => {
        stop.removeEventListener('abort', shutdown);
        shutdown();
      });
    } catch (error) {
      log.warn({ error: error instanceof Error ? error.message : error }, 'Temporal can not be had; trying again');
      await pause(reconnectMs, undefined, { signal: stop }).catch(() => undefined);
    } finally {
      await connection?.close().catch((error: unknown) => log.debug({ error }, 'the connection was in use'));
    }
  }
}
