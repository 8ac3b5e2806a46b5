import { setTimeout as pause } from 'node:timers/promises';
import {
  FerryError,
  type Instant,
  type MemoryLoad,
  type MigrationPolicy,
  type SourceCopy,
  type TransferProgress,
  type TransferStatistics,
  type VirtualMachineDescription,
  type VmId,
} from '@ferry/domain';
import type { MigrationInfo, RunState } from '@ferry/qmp';
import type { VirtualNetworks } from '../../network/port.ts';
import { CopyGone, type Obstacles, type OutgoingTransfer, type SourceSide, type TransferStage } from '../port.ts';
import { breakConnections } from './break-connections.ts';
import { describeMachine, type Surroundings } from './describe-machine.ts';
import { sourceCopyOf } from './inspect.ts';
import type { Machine } from './machine.ts';
import { failedDisks } from './failed-disks.ts';
import { letSenderGoFirst } from './let-sender-go-first.ts';
import { capabilitiesFor, firstParametersOf } from './migration-settings.ts';

const cancelPatienceMs = 3_000;
const askAgainMs = 50;
const reckonedPollMs = 5;
const reckonsWithinMs = 1_000;

/** QEMU moves no guest that it stopped itself for an error, nor one that stands where an earlier transfer left it. */
const MOVABLE: ReadonlySet<RunState> = new Set<RunState>(['running', 'paused', 'finish-migrate']);

/** The source's side of a transfer, on QEMU. */
export class QemuSource implements SourceSide {
  readonly #find: (vm: VmId) => Machine | null;
  readonly #get: (vm: VmId) => Machine;
  readonly #networks: Pick<VirtualNetworks, 'inside'>;
  readonly #around: Surroundings;
  readonly #describing = new WeakMap<Machine, Promise<VirtualMachineDescription>>();

  constructor(
    machines: { find(vm: VmId): Machine | null; get(vm: VmId): Machine },
    { networks, storage }: Surroundings & { networks: Pick<VirtualNetworks, 'inside'> },
  ) {
    this.#find = (vm) => machines.find(vm);
    this.#get = (vm) => machines.get(vm);
    this.#networks = networks;
    this.#around = { networks, storage };
  }

  async inspect(vm: VmId): Promise<Exclude<SourceCopy, 'died' | 'vanished'>> {
    const condition = (await this.#find(vm)?.condition()) ?? 'gone';
    if (condition === 'gone') return 'absent';
    if (condition === 'silent') return 'unknown';
    return sourceCopyOf(condition.runState, condition.migration);
  }

  describe(vm: VmId): Promise<VirtualMachineDescription> {
    const machine = this.#get(vm);
    // A migration's preflight and its first phase ask at the same time.
    const describing = this.#describing.get(machine) ?? describeMachine(machine, this.#around);
    this.#describing.set(machine, describing);
    return describing.finally(() => this.#describing.delete(machine));
  }

  async obstacles(vm: VmId): Promise<Obstacles> {
    const { monitor, definition } = this.#get(vm);
    const [migration, { status }, jobs, blocks] = await Promise.all([
      monitor.execute('query-migrate', {}),
      monitor.execute('query-status', {}),
      monitor.execute('query-block-jobs', {}),
      monitor.execute('query-block', {}),
    ]);
    const failed = status === 'io-error' ? failedDisks(definition, blocks) : [];
    const stands = MOVABLE.has(status) || failed.length > 0 ? [] : [`its CPUs are in ${status}`];
    return {
      blocked: [...(migration['blocked-reasons'] ?? []), ...stands],
      failed,
      jobs: jobs.map(({ type, device }) => `${type} of ${device}`),
    };
  }

  async measureMemory(vm: VmId): Promise<void> {
    await this.#get(vm).meter.measure();
  }

  memoryLoad(vm: VmId): MemoryLoad | null {
    return this.#find(vm)?.meter.load ?? null;
  }

  async start(vm: VmId, { uri, policy, gate, secret }: OutgoingTransfer): Promise<void> {
    const machine = this.#get(vm);
    const { monitor } = machine;
    // What is known is of an earlier transfer, perhaps the one by which it came here: a copy that dies before this one has
    // begun must not pass for one that had handed over. So before anything is waited for.
    monitor.forgetTransfer();
    await Promise.all([
      monitor.execute('migrate-set-capabilities', { capabilities: capabilitiesFor(policy, { paused: false }) }),
      monitor.execute('migrate-set-parameters', firstParametersOf(policy, gate)),
      machine.gate.prepare(),
      secret !== null && machine.credentials.give(secret, 'client'),
    ]);
    await monitor.execute('migrate', { uri });
  }

  async boundSetUp(vm: VmId, uri: string, withinMs: number): Promise<boolean> {
    const { monitor } = this.#get(vm);
    for (const late = AbortSignal.timeout(withinMs); !late.aborted;) {
      try {
        await monitor.until(() => monitor.isSetUp, late);
        return true;
      } catch (error) {
        // Let go of, it is another agent's to guard.
        if (error instanceof CopyGone || monitor.isClosed) return false;
        // Who can't be asked now is asked again: only the time that it has is a reason to break it off.
        await pause(askAgainMs);
      }
    }
    // QEMU 7.2 shakes hands in its main loop: meanwhile it answers nothing, nor can it be told to stop.
    await breakConnections(this.#networks, uri);
    return false;
  }

  async open(vm: VmId, limits: MigrationPolicy, { force } = { force: false }): Promise<void> {
    await this.#get(vm).gate.open(limits, { force });
  }

  async shut(vm: VmId): Promise<boolean> {
    return this.#get(vm).gate.shut();
  }

  async breathe(vm: VmId, limits: MigrationPolicy): Promise<void> {
    await this.#get(vm).gate.breathe(limits);
  }

  stage(vm: VmId): TransferStage {
    return this.#find(vm)?.monitor.stage ?? 'idle';
  }

  async reach(vm: VmId, stages: readonly TransferStage[], signal: AbortSignal): Promise<TransferStage> {
    const { monitor } = this.#get(vm);
    await monitor.until(() => stages.includes(monitor.stage), signal);
    return monitor.stage;
  }

  async secondPass(vm: VmId, signal: AbortSignal): Promise<void> {
    const { monitor } = this.#get(vm);
    await monitor.until(() => monitor.passes >= 2, signal);
  }

  async halted(vm: VmId, signal: AbortSignal): Promise<void> {
    const { monitor } = this.#get(vm);
    // Whoever came later has not heard it stop.
    await monitor.until(() => monitor.stoppedAt !== null || !['idle', 'copying'].includes(monitor.stage), signal);
  }

  async progress(vm: VmId): Promise<TransferProgress> {
    const info = await this.#get(vm).migration();
    const { ram } = info;
    return {
      status: info.status ?? 'none',
      transferredBytes: ram?.transferred ?? 0,
      remainingBytes: ram?.remaining ?? 0,
      totalBytes: ram?.total ?? 0,
      rounds: ram?.['dirty-sync-count'] ?? 0,
      bytesPerSecond: Math.round(((ram?.mbps ?? 0) * 1_000_000) / 8),
      dirtyBytesPerSecond: (ram?.['dirty-pages-rate'] ?? 0) * (ram?.['page-size'] ?? 0),
      throttlePercent: info['cpu-throttle-percentage'] ?? 0,
      expectedDowntimeMs: info['expected-downtime'] ?? null,
    };
  }

  async statistics(vm: VmId): Promise<TransferStatistics> {
    const info = await this.#reckoned(vm);
    return {
      downtimeMs: info.downtime ?? 0,
      totalMs: info['total-time'] ?? 0,
      setupMs: info['setup-time'] ?? 0,
      transferredBytes: info.ram?.transferred ?? 0,
      rounds: info.ram?.['dirty-sync-count'] ?? 0,
    };
  }

  wasRefused(vm: VmId): boolean {
    return this.#find(vm)?.monitor.refused ?? false;
  }

  async failureText(vm: VmId): Promise<string> {
    return (await this.#get(vm).migration())['error-desc'] ?? 'QEMU gives no reason';
  }

  stoppedAt(vm: VmId): Instant | null {
    return this.#find(vm)?.monitor.stoppedAt ?? null;
  }

  async proceed(vm: VmId): Promise<void> {
    await this.#get(vm).monitor.execute('migrate-continue', { state: 'pre-switchover' });
  }

  async sever(vm: VmId): Promise<void> {
    const { monitor, process } = this.#get(vm);
    await letSenderGoFirst(process.identity.pid);
    // Sending the last of the state QEMU holds its main loop, and the kernel would try for a quarter of an hour.
    await monitor.executeOutOfBand('yank', { instances: [{ type: 'migration' }] });
    // In post-copy it waits for another connection.
    if (await this.#isOver(vm, 'serving')) return;
    throw new FerryError('HYPERVISOR_SILENT', `the transfer of ${vm} does not end`);
  }

  async cancel(vm: VmId): Promise<void> {
    const { monitor } = this.#get(vm);
    await monitor.execute('migrate_cancel', {});
    // A connection that hangs keeps it `cancelling`.
    if (!(await this.#isOver(vm))) await this.sever(vm);
  }

  async resume(vm: VmId): Promise<void> {
    if (this.stage(vm) === 'serving') await this.#leavePostCopy(vm);
    await this.#get(vm).monitor.executeUntil('cont', 'RESUME');
  }

  /**
   * QEMU says that it is over before it has reckoned how long it took, and no event says when it has: it waits for its
   * main loop for that (`migration_iteration_finish` in 7.2's migration/migration.c).
   */
  async #reckoned(vm: VmId): Promise<MigrationInfo> {
    const deadline = performance.now() + reckonsWithinMs;
    for (;;) {
      const info = await this.#get(vm).migration();
      if (info.status !== 'completed' || info['total-time'] !== 0 || performance.now() > deadline) return info;
      await pause(reckonedPollMs);
    }
  }

  async #leavePostCopy(vm: VmId): Promise<void> {
    const machine = this.#get(vm);
    // QEMU 7.2 would be `cancelling` for ever, and never run again.
    if ((await machine.migration()).status !== 'postcopy-active')
      throw new FerryError(
        'HYPERVISOR_FAILED',
        `the post-copy of ${vm} has broken off: QEMU can’t bring this copy back`,
      );
    await machine.monitor.execute('migrate_cancel', {});
    await this.#isOver(vm);
  }

  /** Whether the transfer ends in time: mostly some milliseconds; without an answer from the other end up to 2 s. */
  async #isOver(vm: VmId, ...also: TransferStage[]): Promise<boolean> {
    const over: TransferStage[] = ['idle', 'settled', 'failed', 'cancelled', ...also];
    const late = AbortSignal.timeout(cancelPatienceMs);
    try {
      await this.reach(vm, over, late);
      return true;
    } catch (error) {
      if (late.aborted && error === late.reason) return false;
      throw error;
    }
  }
}
