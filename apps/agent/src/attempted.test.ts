import { FerryError } from '@ferry/domain';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { failureOf } from './attempted.ts';

const { signal } = new AbortController();

describe('a failure that crosses to the workflow', () => {
  test('carries its code and whether trying again can help', () => {
    expect(failureOf(new FerryError('TRANSFER_FAILED', 'x'), signal)).toMatchObject({
      type: 'TRANSFER_FAILED',
      nonRetryable: true,
    });
    expect(failureOf(new FerryError('WITNESS_UNREACHABLE', 'x'), signal)).toMatchObject({
      type: 'WITNESS_UNREACHABLE',
      nonRetryable: false,
    });
    expect(failureOf(new Error('x'), signal)).toMatchObject({ type: 'INTERNAL' });
  });

  test('says which attempt it was', () => {
    expect(failureOf(new FerryError('HYPERVISOR_SILENT', 'x'), signal, 7)).toMatchObject({
      details: [{ attempts: 7 }],
    });
  });

  test('is no abort when the agent is being restarted: the next attempt comes soon', () => {
    const shutdown = new CancelledFailure('WORKER_SHUTDOWN');
    const failure: unknown = failureOf(shutdown, AbortSignal.abort(shutdown));
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({ type: 'HOST_GONE', nonRetryable: false, nextRetryDelay: 200 });
  });

  test('is a cancellation when the workflow has cancelled it', () => {
    const cancelled = new CancelledFailure('CANCELLED');
    expect(failureOf(cancelled, AbortSignal.abort(cancelled))).toBe(cancelled);
  });
});
