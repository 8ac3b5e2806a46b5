import { setTimeout as pause } from 'node:timers/promises';
import { adopt } from '../../handover/adopt.ts';
import { sweepStreamKeys } from '../../stream/sweep-stream-keys.ts';
import { hostUnderTest, type HostOptions, type HostUnderTest } from '../host-under-test.ts';
import { behindDoors } from './behind-doors.ts';
import { Doors, type Crossing } from './doors.ts';

/** What whoever waits for an agent's answer gets when it dies. */
export class AgentDied extends Error {
  override readonly name = 'AgentDied';
}

interface Life {
  readonly doors: Doors;
  readonly agent: HostUnderTest;
  /** It has adopted what it found. */
  readonly ready: Promise<void>;
  isReady: boolean;
  readonly died: Promise<never>;
  readonly die: (error: AgentDied) => void;
  /** The next life has begun. */
  successor: Promise<void>;
}

/** A host's agent over its lives: each is the agent's own code, begun anew on what the last has left. */
export class MortalAgent {
  readonly host: string;
  readonly #folder: string;
  readonly #program: string;
  readonly #options: HostOptions;
  #life: Life | null = null;
  #ended = false;
  /** Asked at each crossing of a door, in all lives. */
  crossing: Crossing = () => Promise.resolve();

  constructor(folder: string, host: string, program: string, options: HostOptions) {
    this.#folder = folder;
    this.host = host;
    this.#program = program;
    this.#options = options;
  }

  async begin(): Promise<void> {
    const doors = new Doors((door) => this.crossing(door));
    const behind: HostOptions['behind'] = (services) => behindDoors(services, doors);
    const agent = await hostUnderTest(this.#folder, this.host, this.#program, { ...this.#options, behind });
    let die: Life['die'] = () => undefined;
    const died = new Promise<never>((_, reject) => (die = reject));
    died.catch(() => undefined);
    const ready = adoptAll(agent);
    const life: Life = { doors, agent, ready, isReady: false, died, die, successor: Promise.resolve() };
    void ready.then(() => (life.isReady = true));
    this.#life = life;
  }

  /**
   * Has the agent that lives, or the next one, do something.
   * @throws AgentDied when it dies over it
   */
  async ask<T>(deed: (agent: HostUnderTest) => Promise<T>): Promise<T> {
    for (;;) {
      const life = this.#current();
      const lives = await Promise.race([life.ready.then(() => true), life.died.catch(() => false)]);
      if (lives) return Promise.race([deed(life.agent), life.died]);
      await life.successor;
    }
  }

  /** kill -9; the next one begins after so long. */
  kill(backAfterMs: number): void {
    const life = this.#current();
    if (life.doors.isShut()) return;
    life.doors.shut();
    life.successor = (async () => {
      await life.doors.worldIsDone();
      await life.agent.close();
      await pause(backAfterMs);
      if (!this.#ended) await this.begin();
    })();
    life.die(new AgentDied(`the agent of ${this.host} was killed`));
  }

  /** SIGSTOP, and SIGCONT after so long. */
  freeze(forMs: number): void {
    this.#current().doors.freezeUntil(pause(forMs));
  }

  /** What is true on the host, asked past all doors once nobody is in them. */
  async settled(): Promise<HostUnderTest> {
    await this.#current().successor;
    const { ready, agent } = this.#current();
    await ready;
    return agent;
  }

  /** In words, for a run that does not end. */
  whereabouts(): string {
    const { doors, isReady } = this.#current();
    const state = doors.isShut() ? 'dead, and not followed yet' : isReady ? 'ready' : 'not ready yet';
    return `the agent of ${this.host} is ${state}; behind its doors: ${doors.underWay.join(', ') || 'nothing'}`;
  }

  /** Also while it is dead, then nobody follows it; and where it could not begin. */
  async end(): Promise<void> {
    this.#ended = true;
    if (this.#life === null) return;
    const { doors, agent } = this.#current();
    doors.shut();
    await agent.close();
  }

  #current(): Life {
    if (this.#life === null) throw new Error(`the agent of ${this.host} was never begun`);
    return this.#life;
  }
}

async function adoptAll(agent: HostUnderTest): Promise<void> {
  const vms = await agent.hypervisor.adopt();
  // What can't be adopted is told, and no more, as by the agent itself.
  await Promise.all(vms.map((vm) => adopt(agent, vm).catch(() => undefined)));
  await sweepStreamKeys(agent);
}
