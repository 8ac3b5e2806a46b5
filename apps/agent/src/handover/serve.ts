import { setTimeout as pause } from 'node:timers/promises';
import { FerryError, type HandleRecord } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import type { MigrationSession } from '../session/migration-session.ts';
import { unlessUnreachable } from '../witness/unless-unreachable.ts';
import { lookAtSource, missingFact, type SourceView } from './look.ts';
import { Patience } from './patience.ts';

const paceMs = 250;
/** A connection is made, or refused, in that time. */
const connectAgainMs = 2_000;
/** So long after the policy's limit the destination listens again, if its agent is there: its hypervisor may be slow to say that it must. */
const listensAgainMs = 7_500;

/**
 * Sees to it that a guest that went on elsewhere by post-copy gets the rest of its memory: breaks a link that carries
 * nothing, and connects again. Resolves when the copy here is needed no more. Throws `MEMORY_LOST` where it is, and is gone.
 */
export function serve(services: AgentServices, session: MigrationSession): Promise<void> {
  return session.share('serve', () => {
    const served = run(services, session);
    return { value: served, failed: served };
  });
}

async function run(services: AgentServices, session: MigrationSession): Promise<void> {
  const { vm } = session.plan;
  const link = new Link(services, session);
  for (;;) {
    session.signal.throwIfAborted();
    const view = await services.sessions
      .of(vm)
      .exclusively(() => lookAtSource(services, vm, 'hand-over'))
      .catch(unlessUnreachable);
    if (view instanceof FerryError) session.doubt(view);
    else if (view.decision === 'serve') await link.see();
    else if (view.decision === 'undecidable') session.doubt(missingFact(view));
    else return isMissed(session, view) ? demandWhole(services, session, view.record as HandleRecord) : undefined;
    await pause(paceMs, undefined, { signal: session.signal });
  }
}

/** It is gone from here, and the destination has not said that it has all. */
function isMissed({ plan, journal }: MigrationSession, { decision, record }: SourceView): boolean {
  if (plan.policy.postCopy !== 'last-resort' || journal.last('retired')) return false;
  return decision === 'give-up' && record !== 'unreachable' && record?.kind === 'started';
}

async function demandWhole(
  { witness }: AgentServices,
  { plan, signal }: MigrationSession,
  { vm, generation }: HandleRecord,
): Promise<void> {
  const late = AbortSignal.timeout(plan.policy.stallLimitMs);
  try {
    await witness.next(vm, generation, AbortSignal.any([late, signal]), paceMs);
  } catch (error) {
    if (!late.aborted || signal.aborted) throw error;
    const why = `the copy of ${vm} on ${plan.source} is gone, and ${plan.destination} had not all of its memory`;
    throw new FerryError('MEMORY_LOST', why);
  }
}

/** The connection over which memory is fetched, as the source sees it. */
class Link {
  readonly #services: AgentServices;
  readonly #session: MigrationSession;
  readonly #connecting = new Patience(connectAgainMs);
  #sentBytes = 0;
  #grownAt = performance.now();
  #severedAt: number | null = null;

  constructor(services: AgentServices, session: MigrationSession) {
    this.#services = services;
    this.#session = session;
  }

  async see(): Promise<void> {
    const { hypervisor, host, log } = this.#services;
    const { plan, journal } = this.#session;
    const { vm, migration, policy } = plan;
    const uri = journal.last('transfer-started')?.uri;
    if (uri === undefined) return;
    try {
      const progress = await hypervisor.source.progress(vm);
      this.#services.reportProgress({ ...progress, migration, vm, host, at: new Date().toISOString() });
      if ((await hypervisor.postCopy.connection(vm)) === 'severed') {
        this.#severedAt ??= performance.now();
        this.#grownAt = performance.now();
        // Who comes to where it listened before is let in by nobody, and QEMU 7.2 waits for that for ever.
        const listens = performance.now() - this.#severedAt > policy.stallLimitMs + listensAgainMs;
        if (listens && this.#connecting.mayTry()) await hypervisor.postCopy.connectAgain(vm, uri);
        return;
      }
      this.#severedAt = null;
      if (progress.transferredBytes > this.#sentBytes) this.#grownAt = performance.now();
      this.#sentBytes = progress.transferredBytes;
      if (performance.now() - this.#grownAt <= policy.stallLimitMs) return;
      log.warn({ vm }, 'nothing more was fetched of the guest’s memory: the connection is broken off');
      this.#grownAt = performance.now();
      await hypervisor.postCopy.sever(vm);
    } catch (error) {
      log.warn({ vm, error }, 'the guest’s memory could not be served');
    }
  }
}
