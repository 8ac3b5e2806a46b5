import { ownerOf, type HostId, type VmId } from '@ferry/domain';
import type { Lab } from '../lab.ts';
import { processNames } from '../control-plane.ts';
import { check, type Check } from './check.ts';
import type { Terminal } from '../terminal.ts';
import { until } from '../until.ts';

/** What was seen while nobody but the agents was there. */
interface Outage {
  /** Who owned the guest when worker and Temporal server were dead. */
  readonly ownerThen: HostId | null;
  /** Who owned it when it ran at its destination, and whether the two were still dead. */
  readonly ownerAfter: HostId | null;
  readonly stillDead: boolean;
}

/** Worker and Temporal server die in the middle of a migration, and come back when the guest runs elsewhere. */
export class ControlPlaneOutage {
  readonly #lab: Lab;
  readonly #terminal: Terminal;
  readonly #move: { vm: VmId; source: HostId; destination: HostId };
  #course: Promise<Outage> | undefined;

  constructor(lab: Lab, terminal: Terminal, move: { vm: VmId; source: HostId; destination: HostId }) {
    this.#lab = lab;
    this.#terminal = terminal;
    this.#move = move;
  }

  /** Kills both with SIGKILL now. `facts` tells what came of it. */
  begin(): void {
    this.#course = this.#takeItsCourse();
    // `facts` throws it.
    this.#course.catch(() => undefined);
  }

  /** Waits until both are back. */
  async facts(): Promise<Check[]> {
    const outage = await this.#course;
    if (outage === undefined)
      return [check('worker and Temporal were killed', false, 'memory was never seen on its way')];
    const { source, destination } = this.#move;
    const alone = outage.stillDead && outage.ownerAfter === destination;
    return [
      check(
        'both were dead before the blackout',
        outage.ownerThen === source,
        `the guest was ${outage.ownerThen ?? 'nobody'}’s`,
      ),
      check('the agents finished by themselves', alone, `the guest ran as ${outage.ownerAfter ?? 'nobody'}’s`),
    ];
  }

  async #takeItsCourse(): Promise<Outage> {
    const { vm, destination } = this.#move;
    const [worker, temporal] = [this.#lab.part(processNames.worker), this.#lab.part(processNames.temporal)];
    await Promise.all([worker.kill9(), temporal.kill9()]);
    const ownerThen = ownerOf(await this.#lab.witnessRecord(vm));
    this.#terminal.event('worker and Temporal server killed with -9 while memory is on its way');
    await until(
      `${vm} runs on ${destination}`,
      () => this.#lab.client.virtualMachine(vm),
      ({ host, status }) => host === destination && status === 'running',
    );
    const stillDead = !worker.isAlive() && !temporal.isAlive();
    const ownerAfter = ownerOf(await this.#lab.witnessRecord(vm));
    this.#terminal.event(`${vm} runs on ${destination}: the agents alone have done it`);
    await temporal.restart();
    await worker.restart();
    this.#terminal.event('Temporal server and worker started again');
    return { ownerThen, ownerAfter, stillDead };
  }
}
