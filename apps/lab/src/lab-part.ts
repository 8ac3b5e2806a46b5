import { identify } from '@ferry/processes';
import { signal } from './processes/end-process.ts';
import type { ProcessRegistry } from './processes/process-registry.ts';

/** A process of the lab, to be tormented by tests and by the demo. */
export interface LabPart {
  isAlive(): boolean;
  /** Ends it as a power failure would, and waits until it is gone. */
  kill9(): Promise<void>;
  /** Starts it again after `kill9`, as before, and waits until it is ready. */
  restart(): Promise<void>;
  /** Stops it where it stands; it neither ends nor answers. */
  freeze(): void;
  thaw(): void;
}

export function processPart(processes: ProcessRegistry, name: string): LabPart {
  return {
    isAlive: () => processes.isAlive(name),
    kill9: () => processes.kill9(name),
    restart: () => processes.restart(name),
    freeze: () => processes.freeze(name),
    thaw: () => processes.thaw(name),
  };
}

/** A server that keeps its own record. */
export interface Server {
  readonly pid: number | undefined;
  kill(): Promise<void>;
  startAgain(): Promise<void>;
}

export function serverPart(server: Server): LabPart {
  const running = () => (server.pid === undefined ? null : identify(server.pid));
  const send = (name: NodeJS.Signals) => {
    const target = running();
    if (target === null || !signal(target, name)) throw new Error('the server does not run');
  };
  return {
    isAlive: () => running() !== null,
    kill9: () => server.kill(),
    restart: () => server.startAgain(),
    freeze: () => send('SIGSTOP'),
    thaw: () => send('SIGCONT'),
  };
}
