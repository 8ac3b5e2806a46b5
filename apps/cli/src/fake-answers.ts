import { DEFAULT_POLICY } from '@ferry/domain';
import { auditEntry, host, migrationDetail, migrationProgress, virtualMachine } from '@ferry/contracts/http';
import type { AuditEntry, Host, LiveEvent, MigrationDetail, VirtualMachine } from '@ferry/contracts/http';

/** Answers of an API for tests; each is checked against the contract, so a test can't rely on what no API would say. */

export const MIGRATION_ID = '019a0000-0000-7000-8000-0000feedbeef';
const AT = '2026-01-31T12:00:00.000Z';

export function fakeHost(given: Partial<Host> = {}): Host {
  return host.parse({
    id: 'host-a',
    status: 'up',
    reportedAt: AT,
    cluster: 'east',
    agentVersion: '0.1.0',
    hypervisor: { type: 'qemu', version: '7.2.0', accelerator: 'kvm' },
    cpu: { vendor: 'AuthenticAMD', count: 8 },
    memory: { totalBytes: 16 * 1024 ** 3, freeBytes: 8 * 1024 ** 3 },
    migrationAddress: '10.0.0.1',
    networks: ['lan'],
    virtualMachines: 1,
    ...given,
  });
}

export function fakeVirtualMachine(given: Partial<VirtualMachine> = {}): VirtualMachine {
  return virtualMachine.parse({
    id: 'web-1',
    status: 'running',
    host: 'host-a',
    owner: 'host-a',
    generation: 1,
    memoryKiB: 131_080,
    cpuCount: 2,
    migration: null,
    reportedAt: AT,
    definition: {},
    ...given,
  });
}

export function fakeMigration(given: Partial<MigrationDetail> = {}): MigrationDetail {
  return migrationDetail.parse({
    id: MIGRATION_ID,
    vm: 'web-1',
    source: 'host-a',
    destination: 'host-b',
    state: 'running',
    phase: 'transfer-memory',
    owner: 'host-a',
    requestedBy: 'ada',
    reason: null,
    requestedAt: AT,
    finishedAt: null,
    policy: DEFAULT_POLICY,
    hold: null,
    priority: 'normal',
    failure: null,
    statistics: null,
    rehearsal: null,
    blackoutMs: null,
    phases: [fakePhase('preflight', 'completed')],
    progress: null,
    queue: null,
    outlook: null,
    testimonies: [],
    prediction: null,
    ...given,
  });
}

type PhaseRun = MigrationDetail['phases'][number];

export function fakePhase(phase: PhaseRun['phase'], state: PhaseRun['state']): PhaseRun {
  const finishedAt = state === 'running' ? null : '2026-01-31T12:00:00.250Z';
  return { phase, state, host: 'host-a', attempts: 1, startedAt: AT, finishedAt, details: {}, failure: null };
}

export function fakeCompletedMigration(): MigrationDetail {
  return fakeMigration({
    state: 'completed',
    phase: null,
    owner: 'host-b',
    finishedAt: '2026-01-31T12:00:02.000Z',
    statistics: { downtimeMs: 34, totalMs: 900, setupMs: 2, transferredBytes: 64 * 1024 ** 2, rounds: 3 },
    blackoutMs: 41,
    phases: [fakePhase('preflight', 'completed'), fakePhase('transfer-memory', 'completed')],
  });
}

export function fakeEntry(given: Partial<AuditEntry> = {}): AuditEntry {
  return auditEntry.parse({
    id: '7',
    at: AT,
    recordedAt: AT,
    actor: 'ada',
    action: 'migration.requested',
    outcome: 'accepted',
    migration: MIGRATION_ID,
    sequence: 1,
    vm: 'web-1',
    host: null,
    details: { reason: 'maintenance' },
    ...given,
  });
}

export function fakeProgress(): LiveEvent {
  const progress = migrationProgress.parse({
    migration: MIGRATION_ID,
    vm: 'web-1',
    host: 'host-a',
    at: AT,
    status: 'active',
    transferredBytes: 64 * 1024 ** 2,
    remainingBytes: 32 * 1024 ** 2,
    totalBytes: 128 * 1024 ** 2,
    rounds: 2,
    bytesPerSecond: 500 * 1024 ** 2,
    dirtyBytesPerSecond: 20 * 1024 ** 2,
    throttlePercent: 0,
    expectedDowntimeMs: 120,
  });
  return { kind: 'progress', progress };
}
