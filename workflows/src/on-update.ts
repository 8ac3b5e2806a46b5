import { CancellationScope, defineUpdate, setHandler } from '@temporalio/workflow';

/**
 * Answers a verb. What it does for that is its own: Temporal runs it in the workflow's outermost scope, and that is
 * cancelled where somebody presses Temporal's own button.
 */
export function onUpdate<Asked, Answer>(
  name: string,
  answer: (asked: Asked) => Answer | Promise<Answer>,
  validate: (asked: Asked) => void,
): void {
  const uncancelled = (asked: Asked) => CancellationScope.nonCancellable(async () => answer(asked));
  setHandler(defineUpdate<Answer, [Asked]>(name), uncancelled, { validator: validate });
}
