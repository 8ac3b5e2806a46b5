import type { HostId } from '@ferry/domain';
import type { EntityManager } from 'typeorm';

/** From here to the transaction's end nobody else changes what is known of the host. */
export async function lockHost(manager: EntityManager, host: HostId): Promise<void> {
  await manager.query('SELECT pg_advisory_xact_lock(hashtext($1))', [`host ${host}`]);
}
