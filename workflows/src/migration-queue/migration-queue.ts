import {
  ENTER_SIGNAL,
  LEAVE_SIGNAL,
  QUEUE_QUERY,
  SET_LIMITS_UPDATE,
  type Entrant,
  type Leaving,
  type LimitsRequest,
  type MigrationQueueInput,
  type QueueSnapshot,
} from '@ferry/contracts';
import type { MigrationLimits } from '@ferry/domain';
import {
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { controlPlane } from '../hosts.ts';
import { onUpdate } from '../on-update.ts';
import { demandLimits } from './demand-limits.ts';
import { QueueRun } from './queue-run.ts';

/** How long a migration that was terminated in Temporal, and so never said that it leaves, may keep its place. */
const LOOK_PERIOD = '10s';

/**
 * Admits migrations as the limits allow. There is one a cluster, and it never ends: when its history has become long it
 * goes on in a new run. Migrations enter and leave by signals; what it answers is theirs to wait for.
 */
export function migrationQueue(input: MigrationQueueInput): Promise<never> {
  // Who cancels it in Temporal would keep every migration out; who wants that lowers the limits.
  return CancellationScope.nonCancellable(() => admit(input));
}

async function admit(input: MigrationQueueInput): Promise<never> {
  const queue = new QueueRun(input);
  setHandler(defineSignal<[Entrant]>(ENTER_SIGNAL), (entrant) => queue.enter(entrant));
  setHandler(defineSignal<[Leaving]>(LEAVE_SIGNAL), ({ migration }) => queue.leave(migration));
  setHandler(defineQuery<QueueSnapshot>(QUEUE_QUERY), () => queue.snapshot());
  onUpdate<LimitsRequest, MigrationLimits>(SET_LIMITS_UPDATE, (asked) => queue.setLimits(asked), demandLimits);
  // It ends with this run.
  void lookForEnded(queue);
  for (;;) {
    await condition(() => queue.hasChanged || (workflowInfo().continueAsNewSuggested && queue.isSettled));
    if (!queue.hasChanged) return continueAsNew<typeof migrationQueue>(queue.input);
    queue.decide();
  }
}

/** Frees the places of migrations that have ended without a word. An empty queue costs nothing. */
async function lookForEnded(queue: QueueRun): Promise<never> {
  for (;;) {
    await condition(() => !queue.isEmpty);
    await sleep(LOOK_PERIOD);
    if (queue.isEmpty) continue;
    const ended = await controlPlane('Looking for migrations that have ended').findEnded(queue.runs);
    for (const migration of ended) queue.leave(migration);
  }
}
