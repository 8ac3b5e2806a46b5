import type { MigrationPlan } from '@ferry/domain';
import type { AgentServices, Attempt } from '../agent-services.ts';

/** A phase, free of the engine that runs it: it looks first, and goes on from what it finds. */
export type PhaseFunction<Input, Result> = (
  services: AgentServices,
  plan: MigrationPlan,
  input: Input,
  attempt: Attempt,
) => Promise<Result>;

/** Waits for what runs by itself, as long as somebody waits for this attempt: it goes on without it. */
export async function attend<T>(shared: Promise<T>, { signal }: Attempt): Promise<T> {
  signal.throwIfAborted();
  let leave: (() => void) | undefined;
  const left = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason as Error);
    signal.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([shared, left]);
  } finally {
    if (leave) signal.removeEventListener('abort', leave);
  }
}
