import type { FerryClient } from '@ferry/client';
import type { MigrationDetail } from '@ferry/contracts/http';
import type { HostId, MigrationPolicy, VmId } from '@ferry/domain';
import type { MoveTimes } from './comparison.ts';
import { endedMigration } from './ended-migration.ts';

/** Moves a guest through the API and takes the times from its history. @throws when it does not complete */
export async function ferryMigration(
  client: FerryClient,
  vm: VmId,
  destination: HostId,
  policy: MigrationPolicy,
): Promise<MoveTimes> {
  const sentAt = Date.now();
  const { id } = await client.submitMigration({ vm, destination, policy });
  const migration = await endedMigration(client, String(id));
  const { statistics, blackoutMs } = migration;
  if (migration.state !== 'completed' || statistics === null || blackoutMs === null)
    throw new Error(`The migration is ${migration.state}: ${JSON.stringify(migration.failure)}`);
  return {
    downtimeMs: statistics.downtimeMs,
    blackoutMs,
    totalMs: statistics.totalMs,
    controlPlaneMs: finishedAt(migration, 'retire-source') - sentAt - statistics.totalMs,
    toRunningMs: Date.parse(String(detailOf(migration, 'bring-online')['runningAt'])) - sentAt,
  };
}

function finishedAt(migration: MigrationDetail, phase: string): number {
  return Date.parse(String(migration.phases.find((run) => run.phase === phase)?.finishedAt));
}

function detailOf(migration: MigrationDetail, phase: string): Record<string, unknown> {
  return migration.phases.find((run) => run.phase === phase)?.details ?? {};
}
