import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Clusters, the hosts that are their members, and those that may become it. */
export class Clusters1764000300000 implements MigrationInterface {
  readonly name = 'Clusters1764000300000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [CLUSTERS, MEMBERS, INVITATIONS]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE invitations, members, clusters');
  }
}

const CLUSTERS = `
CREATE TABLE clusters (
  name text CONSTRAINT clusters_pkey PRIMARY KEY,
  created_at timestamp(3) with time zone NOT NULL,
  created_by text NOT NULL
)`;

const MEMBERS = `
CREATE TABLE members (
  host text CONSTRAINT members_pkey PRIMARY KEY,
  cluster text NOT NULL,
  credential_hash text NOT NULL,
  joined_at timestamp(3) with time zone NOT NULL,
  CONSTRAINT members_cluster_fkey FOREIGN KEY (cluster) REFERENCES clusters (name)
)`;

const INVITATIONS = `
CREATE TABLE invitations (
  host text CONSTRAINT invitations_pkey PRIMARY KEY,
  cluster text NOT NULL,
  credential_hash text NOT NULL,
  invited_at timestamp(3) with time zone NOT NULL,
  invited_by text NOT NULL,
  expires_at timestamp(3) with time zone NOT NULL,
  CONSTRAINT invitations_cluster_fkey FOREIGN KEY (cluster) REFERENCES clusters (name)
)`;
