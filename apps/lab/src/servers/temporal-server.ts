import { mkdir } from 'node:fs/promises';
import { connect } from 'node:http2';
import { join } from 'node:path';
import { freePort } from '../processes/free-port.ts';
import type { ProcessRecord } from './recorded-process.ts';
import { endRecorded } from './recorded-process.ts';
import { startUntilReady } from './start-until-ready.ts';

export interface TemporalServerOptions {
  /** The `temporal` binary. */
  readonly binary: string;
  /** Its own folder: database, log and process record. Made if missing. */
  readonly folder: string;
  /** All of the server's environment; this process's own unless told. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether to serve Temporal's own web pages too. */
  readonly ui?: boolean;
}

// With 20 requests a second and shard, the default, each dispatch would wait up to 50 ms.
const pollsASecond = 2000;
const settings = {
  'history.transferProcessorMaxPollRPS': pollsASecond,
  'history.timerProcessorMaxPollRPS': pollsASecond,
  'history.visibilityProcessorMaxPollRPS': pollsASecond,
  // Strict priorities need a single partition.
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  'matching.enableFairness': true,
  'frontend.WorkflowPauseEnabled': true,
} as const;

const searchAttributes = ['FerryVm', 'FerryMigration', 'FerrySource', 'FerryDestination', 'FerryState'];

/** The lab's Temporal server. It keeps its address and its data over any end and start. */
export class TemporalServer {
  readonly #options: TemporalServerOptions;
  readonly #record: string;
  #process: ProcessRecord | undefined;

  private constructor(
    options: TemporalServerOptions,
    readonly port: number,
    /** The web pages' port, if they are served. */
    readonly uiPort: number | undefined,
  ) {
    this.#options = options;
    this.#record = join(options.folder, 'process.json');
  }

  /**
   * Ends the server that a former run may have left in the folder, and starts one on a free port.
   * @throws Error with the end of its log when it does not come up
   */
  static async start(options: TemporalServerOptions): Promise<TemporalServer> {
    await mkdir(options.folder, { recursive: true });
    await TemporalServer.reap(options.folder);
    const server = new TemporalServer(options, await freePort(), options.ui === true ? await freePort() : undefined);
    await server.startAgain();
    return server;
  }

  /** Ends exactly the server that the folder's record names, if it still runs. */
  static reap(folder: string): Promise<void> {
    return endRecorded(join(folder, 'process.json'));
  }

  /** For clients: host and port. */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Starts it on the same port and data, after `stop` or `kill`. */
  async startAgain(): Promise<void> {
    const { binary, folder, environment } = this.#options;
    const files = { log: join(folder, 'server.log'), record: this.#record };
    const command = { program: binary, args: this.#args(), environment, ...files };
    this.#process = await startUntilReady('Temporal', command, () => isServing(this.port));
  }

  /** Ends it as an operator would, and waits until it is gone. */
  async stop(): Promise<void> {
    await endRecorded(this.#record);
    this.#process = undefined;
  }

  /** Ends it with SIGKILL, and waits until it is gone. */
  async kill(): Promise<void> {
    await endRecorded(this.#record, { signal: 'SIGKILL' });
    this.#process = undefined;
  }

  #args(): string[] {
    const pragmas = ['journal_mode=wal', 'synchronous=full'].flatMap((pragma) => ['--sqlite-pragma', pragma]);
    const values = Object.entries(settings).flatMap(([key, value]) => ['--dynamic-config-value', `${key}=${value}`]);
    const attributes = searchAttributes.flatMap((name) => ['--search-attribute', `${name}=Keyword`]);
    const listening = ['--ip', '127.0.0.1', '--port', String(this.port)];
    const ui = this.uiPort === undefined ? ['--headless'] : ['--ui-port', String(this.uiPort)];
    const database = ['--db-filename', join(this.#options.folder, 'temporal.db'), ...pragmas];
    return ['server', 'start-dev', ...listening, ...ui, ...database, ...values, ...attributes, '--log-level', 'warn'];
  }
}

/** gRPC's own health check, without a client: five bytes of frame, then the field that names the service. */
function isServing(port: number): Promise<boolean> {
  const service = Buffer.from('temporal.api.workflowservice.v1.WorkflowService');
  const message = Buffer.concat([Buffer.from([0x0a, service.length]), service]);
  const frame = Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]);
  return new Promise((resolve) => {
    const session = connect(`http://127.0.0.1:${port}`);
    const answer = (serving: boolean) => {
      session.destroy();
      resolve(serving);
    };
    session.setTimeout(1000, () => answer(false));
    session.on('error', () => answer(false));
    const request = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const received: Buffer[] = [];
    request.on('data', (chunk: Buffer) => received.push(chunk));
    // The answer's field 1 is the status, and 1 is "serving".
    request.on('end', () =>
      answer(
        Buffer.concat(received)
          .subarray(5)
          .equals(Buffer.from([0x08, 0x01])),
      ),
    );
    request.on('error', () => answer(false));
    request.end(frame);
  });
}
