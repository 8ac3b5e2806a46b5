import { DataSource } from 'typeorm';
import { auditSchema } from './audit/audit-schema.ts';
import { clusterSchema } from './clusters/cluster-schema.ts';
import { invitationSchema } from './clusters/invitation-schema.ts';
import { memberSchema } from './clusters/member-schema.ts';
import { hostSchema } from './hosts/host-schema.ts';
import { migrationSchema } from './migrations/migration-schema.ts';
import { phaseSchema } from './migrations/phase-schema.ts';
import { schemaChanges } from './schema-changes/index.ts';
import { virtualMachineSchema } from './virtual-machines/virtual-machine-schema.ts';

/** Waiting for a connection, a free one of the pool or a new one, costs no longer than this. */
const CONNECT_TIMEOUT_MS = 1_500;

/** The TypeORM data source of Ferry's database, not yet connected. Most callers want `Database`. */
export function createDataSource(url: string, poolSize = 10): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    applicationName: 'ferry',
    entities: [
      auditSchema,
      clusterSchema,
      hostSchema,
      invitationSchema,
      memberSchema,
      migrationSchema,
      phaseSchema,
      virtualMachineSchema,
    ],
    migrations: schemaChanges,
    migrationsTableName: 'schema_changes',
    poolSize,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    extra: { keepAlive: true, keepAliveInitialDelayMillis: 5_000 },
    // The pool drops a broken connection by itself, and who used it gets the error: nothing more to tell.
    poolErrorHandler: () => undefined,
  });
}
