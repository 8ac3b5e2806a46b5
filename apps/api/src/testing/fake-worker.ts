import { fileURLToPath } from 'node:url';
import { CONTROL_PLANE_QUEUE } from '@ferry/contracts';
import { DefaultLogger, NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';

/** A worker with the stand-ins. Answers how to end it. */
export async function startFakeWorker(address: string, namespace: string): Promise<() => Promise<void>> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const connection = await NativeConnection.connect({ address });
  const options: WorkerOptions = {
    connection,
    namespace,
    taskQueue: CONTROL_PLANE_QUEUE,
    workflowsPath: fileURLToPath(new URL('./fake-workflows.ts', import.meta.url)),
    bundlerOptions: {
      webpackConfigHook: (config) => ({
        ...config,
        resolve: { ...config.resolve, conditionNames: ['@ferry/source', '...'] },
      }),
    },
    shutdownGraceTime: 0,
  };
  const worker = await Worker.create(options);
  const running = worker.run();
  return async () => {
    worker.shutdown();
    await running;
    await connection.close();
  };
}
