import { setTimeout as pause } from 'node:timers/promises';
import { FerryError, mayNeedTheSource, type HandleRecord } from '@ferry/domain';
import type { AgentServices } from '../agent-services.ts';
import type { MigrationSession } from '../session/migration-session.ts';
import { forgetSecret } from '../stream/forget-secret.ts';
import { unlessUnreachable } from '../witness/unless-unreachable.ts';
import { lookAtDestination, missingFact, type DestinationView } from './look.ts';
import { Patience } from './patience.ts';

const paceMs = 250;
/** Who is waited for comes sooner than that, and shakes hands in that time. */
const listenAgainMs = 5_000;

/**
 * Sees a guest that runs here through post-copy: connects it to the source again where the link has broken, and appends
 * `whole` once all of its memory is here. Also after a transfer that came to its end without: the source waits for the word.
 */
export function fetchRest(services: AgentServices, session: MigrationSession): Promise<void> {
  return session.share('fetch-rest', () => {
    const fetched = run(services, session);
    return { value: fetched, failed: fetched };
  });
}

async function run(services: AgentServices, session: MigrationSession): Promise<void> {
  const { plan, signal } = session;
  const listening = new Patience(listenAgainMs);
  for (;;) {
    signal.throwIfAborted();
    const view = await services.sessions
      .of(plan.vm)
      .exclusively(() => relieve(services, session))
      .catch(unlessUnreachable);
    if (view instanceof FerryError) session.doubt(view);
    else if (view.decision === 'undecidable') {
      session.doubt(missingFact(view));
      // It may be waiting for a page itself.
      if (view.copy === 'unknown') await connect(services, session, { listening, isSilent: true });
    } else if (view.decision === 'wait') await connect(services, session, { listening, isSilent: false });
    else if (view.decision !== 'relieve') throw guestGone();
    else if (!mayNeedTheSource(view.record as HandleRecord)) return forgetSecret(services, plan.vm);
    await pause(paceMs, undefined, { signal });
  }
}

/** The caller holds the VM's mutex. */
async function relieve(services: AgentServices, { plan, journal }: MigrationSession): Promise<DestinationView> {
  const { host, witness } = services;
  const { vm, migration } = plan;
  const view = await lookAtDestination(services, vm, 'relieve');
  const record = view.record as HandleRecord;
  if (view.decision !== 'relieve' || !mayNeedTheSource(record) || record.migration !== migration) return view;
  if ((await witness.append(vm, record, { kind: 'whole', host, migration })) === 'won')
    journal.append({ name: 'whole' });
  return lookAtDestination(services, vm, 'relieve');
}

/** A link that carries nothing tells neither end: it is broken here, and another waited for at the same address. */
async function connect(
  { hypervisor, log }: AgentServices,
  session: MigrationSession,
  { listening, isSilent }: { listening: Patience; isSilent: boolean },
): Promise<void> {
  const { plan, journal } = session;
  const { vm, policy } = plan;
  const uri = journal.last('destination-created')?.uri;
  if (uri === undefined) return;
  const { postCopy } = hypervisor;
  try {
    const isSevered = !isSilent && (await postCopy.connection(vm)) === 'severed';
    const silentMs = isSevered ? null : await postCopy.silentMs(vm, uri);
    const isStalled = silentMs !== null && silentMs > policy.stallLimitMs;
    const isLost = isSevered || isStalled || (isSilent && silentMs === null);
    if (!isLost) {
      if (!isSilent) session.doubt(null);
      return;
    }
    if (isStalled) {
      log.warn({ vm }, 'nothing more came of the guest’s memory: the connection is broken off');
      await postCopy.sever(vm);
    }
    // The source comes a while after the policy's limit: by then it has to be waited for.
    if (listening.mayTry()) await postCopy.listenAgain(vm, uri);
  } catch (error) {
    log.warn({ vm, error }, 'the source could not be waited for');
  }
  session.doubt(new FerryError('POST_COPY_SEVERED', `part of the memory of ${vm} is still at ${plan.source}`));
}

function guestGone(): FerryError {
  return new FerryError('GUEST_GONE', 'the guest ended at the destination before all of its memory was there');
}
