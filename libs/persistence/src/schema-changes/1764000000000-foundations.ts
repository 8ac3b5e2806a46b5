import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Hosts, VMs, migrations with their phases, and the audit history. */
export class Foundations1764000000000 implements MigrationInterface {
  readonly name = 'Foundations1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [HOSTS, VIRTUAL_MACHINES, MIGRATIONS, PHASES, AUDIT, APPEND_ONLY]) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audit, phases, migrations, virtual_machines, hosts');
    await runner.query('DROP FUNCTION audit_is_append_only');
  }
}

const HOSTS = `
CREATE TABLE hosts (
  id text CONSTRAINT hosts_pkey PRIMARY KEY,
  agent_version text NOT NULL,
  hypervisor jsonb NOT NULL,
  cpu jsonb NOT NULL,
  memory jsonb NOT NULL,
  migration_address text NOT NULL,
  networks jsonb NOT NULL,
  reported_at timestamp(3) with time zone NOT NULL,
  received_at timestamp(3) with time zone NOT NULL
)`;

const VIRTUAL_MACHINES = `
CREATE TABLE virtual_machines (
  id text CONSTRAINT virtual_machines_pkey PRIMARY KEY,
  status text NOT NULL,
  host text,
  owner text,
  generation integer NOT NULL,
  definition jsonb NOT NULL,
  reported_at timestamp(3) with time zone NOT NULL
);
CREATE INDEX virtual_machines_host_idx ON virtual_machines (host)`;

const MIGRATIONS = `
CREATE TABLE migrations (
  id uuid CONSTRAINT migrations_pkey PRIMARY KEY,
  vm text NOT NULL,
  source text NOT NULL,
  destination text NOT NULL,
  state text NOT NULL CONSTRAINT migrations_state_check
    CHECK (state IN ('running', 'needs-attention', 'cancelling', 'completed', 'cancelled', 'failed')),
  phase text,
  owner text,
  requested_by text NOT NULL,
  reason text,
  requested_at timestamp(3) with time zone NOT NULL,
  finished_at timestamp(3) with time zone,
  policy jsonb NOT NULL,
  failure jsonb,
  statistics jsonb,
  blackout_ms integer,
  last_sequence integer NOT NULL
);
CREATE INDEX migrations_requested_at_idx ON migrations (requested_at, id);
CREATE INDEX migrations_vm_idx ON migrations (vm, requested_at)`;

const PHASES = `
CREATE TABLE phases (
  migration uuid NOT NULL,
  phase text NOT NULL,
  state text NOT NULL CONSTRAINT phases_state_check CHECK (state IN ('running', 'completed', 'failed')),
  host text,
  attempts integer NOT NULL,
  started_at timestamp(3) with time zone,
  finished_at timestamp(3) with time zone,
  details jsonb NOT NULL,
  failure jsonb,
  CONSTRAINT phases_pkey PRIMARY KEY (migration, phase),
  CONSTRAINT phases_migration_fkey FOREIGN KEY (migration) REFERENCES migrations (id)
)`;

const AUDIT = `
CREATE TABLE audit (
  id bigserial CONSTRAINT audit_pkey PRIMARY KEY,
  at timestamp(3) with time zone NOT NULL,
  recorded_at timestamp(3) with time zone NOT NULL DEFAULT clock_timestamp(),
  actor text NOT NULL,
  action text NOT NULL,
  outcome text NOT NULL CONSTRAINT audit_outcome_check
    CHECK (outcome IN ('accepted', 'refused', 'done', 'failed')),
  migration uuid,
  sequence integer,
  vm text,
  host text,
  details jsonb NOT NULL,
  CONSTRAINT audit_migration_sequence_key UNIQUE (migration, sequence)
);
CREATE INDEX audit_vm_idx ON audit (vm, id)`;

const APPEND_ONLY = `
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit history only grows: % is refused', TG_OP;
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()`;
