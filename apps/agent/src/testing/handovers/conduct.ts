import { setTimeout as pause } from 'node:timers/promises';
import { ERRORS, FerryError, type MigrationPlan } from '@ferry/domain';
import type { SeededRandom } from '@ferry/qmp/simulator';
import type { Attempt } from '../../agent-services.ts';
import { discard } from '../../deeds/discard.ts';
import { withdraw } from '../../deeds/withdraw.ts';
import { CopyGone } from '../../hypervisor/port.ts';
import { bringOnline } from '../../phases/bring-online.ts';
import { createDestination } from '../../phases/create-destination.ts';
import type { PhaseFunction } from '../../phases/phase-function.ts';
import { redirectNetwork } from '../../phases/redirect-network.ts';
import { retireSource } from '../../phases/retire-source.ts';
import { transferConfiguration } from '../../phases/transfer-configuration.ts';
import { transferMemory } from '../../phases/transfer-memory.ts';
import { transferState } from '../../phases/transfer-state.ts';
import { transferStorage } from '../../phases/transfer-storage.ts';
import type { HostUnderTest } from '../host-under-test.ts';
import { AgentDied, type MortalAgent } from './mortal-agent.ts';

export type Outcome = 'completed' | 'cancelled' | `failed, ${string}` | `parked, ${string}`;

export interface Orders {
  readonly source: MortalAgent;
  readonly destination: MortalAgent;
  readonly plan: MigrationPlan;
  /** Aborted when a person cancels. */
  readonly cancelled: AbortSignal;
  /** After this nobody tries again: the migration is parked. */
  readonly parkedAfterMs: number;
  readonly random: SeededRandom;
  readonly twice: number;
  readonly late: number;
}

const retryPauseMs = 30;
const persistently = 20;

/**
 * What the workflow asks of two agents, in the workflow's order, delivered at least once and now and then twice or late.
 * @returns how the migration ended; `parked` when a fact that is missing never came
 */
export async function conduct(orders: Orders): Promise<Outcome> {
  const { plan, cancelled } = orders;
  const post = new Post(orders);
  let cause: unknown;
  try {
    const cancel = new Promise<never>((_, reject) =>
      cancelled.addEventListener('abort', () => reject(new Cancelled()), { once: true }),
    );
    cancel.catch(() => undefined);
    await Promise.race([reachPivot(post, orders), cancel]);
    return await forward(post, orders, plan);
  } catch (error) {
    if (error instanceof Parked) return `parked, ${error.message}`;
    cause = error;
  }
  try {
    return await callOff(post, orders, cause);
  } catch (error) {
    if (error instanceof Parked) return `parked, ${error.message}`;
    throw error;
  }
}

/** Whose the guest is by now is the record's answer. Released and not started: only the destination can say. */
async function callOff(post: Post, orders: Orders, cause: unknown): Promise<Outcome> {
  const { source, destination } = orders;
  for (let plan = orders.plan; ;) {
    post.comesLate(orders, plan);
    const next = (plan = { ...plan, epoch: plan.epoch + 1 });
    const { outcome } = await post.insist(source, (agent) => withdraw(agent, next, { reason: 'given up' }));
    if (outcome === 'kept' || outcome === 'ended') {
      await post.insist(destination, (agent) => discard(agent, next));
      post.comesLate(orders, orders.plan);
      if (outcome === 'ended') return 'failed, GUEST_GONE';
      return cause instanceof Cancelled ? 'cancelled' : `failed, ${codeOf(cause)}`;
    }
    if (outcome === 'moved') return forward(post, orders, next);
    try {
      await pivot(post, orders, next);
    } catch (error) {
      if (error instanceof Parked) throw error;
      continue;
    }
    return forward(post, orders, next);
  }
}

async function reachPivot(post: Post, orders: Orders): Promise<void> {
  const { source, destination, plan } = orders;
  const handed = await post.phase(source, transferConfiguration, plan, {});
  const listening = await post.phase(destination, createDestination, plan, handed);
  await Promise.all([post.phase(source, transferMemory, plan, listening), pivot(post, orders, plan)]);
}

async function pivot(post: Post, { source, destination }: Orders, plan: MigrationPlan): Promise<void> {
  await Promise.all([post.phase(source, transferState, plan, {}), post.phase(destination, transferStorage, plan, {})]);
}

/** After the pivot there is no way but forward, unless the guest died with its new owner. */
async function forward(post: Post, { source, destination }: Orders, plan: MigrationPlan): Promise<Outcome> {
  try {
    await Promise.all([
      post.insist(source, (agent) => transferState(agent, plan, {}, attempt())),
      post.insist(destination, (agent) => transferStorage(agent, plan, {}, attempt())),
      post.insist(destination, (agent) => bringOnline(agent, plan, {}, attempt())),
      post.insist(destination, (agent) => redirectNetwork(agent, plan, {}, attempt())),
      post.insist(source, (agent) => retireSource(agent, plan, {}, attempt())),
    ]);
    return 'completed';
  } catch (error) {
    if (codeOf(error) === 'GUEST_GONE') return 'failed, GUEST_GONE';
    throw error;
  }
}

/** Delivers what agents are asked, as Temporal does: again where an agent died over it or trying again can help. */
class Post {
  readonly #orders: Orders;
  readonly #deadline: number;

  constructor(orders: Orders) {
    this.#orders = orders;
    this.#deadline = performance.now() + orders.parkedAfterMs;
  }

  /** As an activity: its retries are used up one day. */
  async phase<I, R>(to: MortalAgent, phase: PhaseFunction<I, R>, plan: MigrationPlan, input: I): Promise<R> {
    const deed = (agent: HostUnderTest) => phase(agent, plan, input, attempt());
    return this.#deliver(to, deed, persistently, mayPass);
  }

  /** For ever, by itself and whenever a person says so. */
  insist<R>(to: MortalAgent, deed: (agent: HostUnderTest) => Promise<R>): Promise<R> {
    return this.#deliver(to, deed, Infinity, (error) => codeOf(error) !== 'GUEST_GONE');
  }

  /** Attempts of an epoch that was given up, which nobody waits for any more. */
  comesLate({ source, destination, random, late }: Orders, plan: MigrationPlan): void {
    const leftovers: (() => Promise<unknown>)[] = [
      () => source.ask((agent) => transferMemory(agent, plan, { uri: 'tcp:127.0.0.1:1', streamKey: null }, attempt())),
      () => source.ask((agent) => transferState(agent, plan, {}, attempt())),
      () => source.ask((agent) => retireSource(agent, plan, {}, attempt())),
      () => source.ask((agent) => withdraw(agent, plan, { reason: 'late' })),
      () => destination.ask((agent) => transferStorage(agent, plan, {}, attempt())),
      () => destination.ask((agent) => bringOnline(agent, plan, {}, attempt())),
      () => destination.ask((agent) => discard(agent, plan)),
    ];
    for (const leftover of leftovers)
      if (random.next() < late)
        void pause(random.next() * 200)
          .then(leftover)
          .catch(() => undefined);
  }

  async #deliver<R>(
    to: MortalAgent,
    deed: (agent: HostUnderTest) => Promise<R>,
    attempts: number,
    again: (error: unknown) => boolean,
  ): Promise<R> {
    const { random, twice } = this.#orders;
    let last: unknown = null;
    for (let number = 1; ; number++) {
      if (random.next() < twice) void to.ask(deed).catch(() => undefined);
      try {
        return await this.#inTime(to.ask(deed), last);
      } catch (error) {
        if (!(error instanceof Parked)) last = error;
        if (error instanceof Parked || number >= attempts || !again(error)) throw error;
      }
      await this.#inTime(pause(retryPauseMs), last);
    }
  }

  #inTime<R>(answer: Promise<R>, why: unknown): Promise<R> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Parked(codeOf(why))), Math.max(0, this.#deadline - performance.now()));
    });
    return Promise.race([answer, late]).finally(() => clearTimeout(timer));
  }
}

class Parked extends Error {
  override readonly name = 'Parked';
}

class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

function mayPass(error: unknown): boolean {
  return error instanceof AgentDied || (error instanceof FerryError && ERRORS[error.code].retryable);
}

function codeOf(error: unknown): string {
  if (error instanceof FerryError) return error.code;
  // As it crosses to the workflow.
  if (error instanceof CopyGone) return 'GUEST_GONE';
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function attempt(): Attempt {
  return { signal: new AbortController().signal };
}
