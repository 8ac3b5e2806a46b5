import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker } from '@temporalio/worker';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, inject, test } from 'vitest';
import { HISTORIES } from './record-history.ts';
import '../setup/provided.ts';

const recorded = readdirSync(HISTORIES).filter((name) => name.endsWith('.json'));

function replay(history: unknown): Promise<void> {
  return Worker.runReplayHistory(
    { workflowBundle: { codePath: inject('workflowBundle') } },
    history,
    'virtual-machine/web-1',
  );
}

function read(name: string): { events: { eventType: string }[] } {
  return JSON.parse(readFileSync(`${HISTORIES}/${name}`, 'utf8')) as { events: { eventType: string }[] };
}

describe('a workflow that runs since before the last change still understands its history', () => {
  test.each(recorded)('%s', async (name) => {
    await replay(read(name));
  });
});

test('a change that breaks running workflows would be noticed', async () => {
  const [name = ''] = recorded.filter((each) => each.includes('in-their-order'));
  const { events } = read(name);
  const other = events.map((event) =>
    'activityTaskScheduledEventAttributes' in event
      ? {
          ...event,
          activityTaskScheduledEventAttributes: {
            ...(event.activityTaskScheduledEventAttributes as object),
            activityType: { name: 'somethingElse' },
          },
        }
      : event,
  );
  await expect(replay({ events: other })).rejects.toThrow(DeterminismViolationError);
});
