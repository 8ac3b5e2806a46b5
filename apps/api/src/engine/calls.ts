import { FerryError } from '@ferry/domain';
import type { Connection } from '@temporalio/client';
import { asFerryError } from './as-ferry-error.ts';

/** A call that takes longer has failed. */
const CALL_MS = 2_000;

/** Calls of Temporal, each with its deadline. */
export class Calls {
  readonly #connection: Connection;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The call's answer. Fails with `ENGINE_UNAVAILABLE` in time, and otherwise as `asFerryError` says. */
  async make<T>(call: () => Promise<T>, withinMs = CALL_MS): Promise<T> {
    let overdue: NodeJS.Timeout | undefined;
    // gRPC's own retries look at its deadline only now and then.
    const late = new Promise<never>((_, reject) => {
      overdue = setTimeout(() => reject(new FerryError('ENGINE_UNAVAILABLE', 'Temporal does not answer.')), withinMs);
    });
    const working = this.#connection.withDeadline(Date.now() + withinMs, call);
    this.#underWay.add(working);
    const done = () => void this.#underWay.delete(working);
    working.then(done, done);
    try {
      return await Promise.race([working, late]);
    } catch (error) {
      throw asFerryError(error);
    } finally {
      clearTimeout(overdue);
    }
  }

  /** Resolves when none is under way, however they end. */
  async over(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }
}
