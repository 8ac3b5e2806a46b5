import type { MigrationPlan } from '@ferry/domain';
import type { AgentServices, Attempt } from '../agent-services.ts';
import type { MigrationSession } from '../session/migration-session.ts';

/**
 * A phase, free of the engine that runs it: it looks first, and goes on from what it finds. What only finds out needs no
 * more of the plan than the VM.
 */
export type PhaseFunction<Input, Result, Plan = MigrationPlan> = (
  services: AgentServices,
  plan: Plan,
  input: Input,
  attempt: Attempt,
) => Promise<Result>;

/** A fact may be missing for this long before the workflow is told; what waits for it goes on waiting. */
const doubtMs = 5_000;
const doubtLookMs = 1_000;

/** Waits for what runs by itself, as long as somebody waits for this attempt: it goes on without it. */
export async function attend<T>(shared: Promise<T>, session: MigrationSession, { signal }: Attempt): Promise<T> {
  signal.throwIfAborted();
  let leave: () => void = () => undefined;
  let look: NodeJS.Timeout | undefined;
  const left = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason as Error);
    signal.addEventListener('abort', leave, { once: true });
    look = setInterval(() => {
      const doubt = session.doubtedFor(doubtMs);
      if (doubt) reject(doubt);
    }, doubtLookMs);
  });
  try {
    return await Promise.race([shared, left]);
  } finally {
    signal.removeEventListener('abort', leave);
    clearInterval(look);
  }
}

/**
 * Waits until the blackout is over, well or badly, before the engine is told of a phase: it would sync its disk, and
 * compete for the processor, just while the guest stands still.
 */
export async function untilOver(blackout: Promise<unknown>, { signal }: Attempt): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const leave = () => reject(signal.reason as Error);
    signal.addEventListener('abort', leave, { once: true });
    const over = () => {
      signal.removeEventListener('abort', leave);
      resolve();
    };
    blackout.then(over, over);
  });
}
