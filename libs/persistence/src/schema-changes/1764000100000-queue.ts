import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migrations wait for their turn, by priority. */
export class Queue1764000100000 implements MigrationInterface {
  readonly name = 'Queue1764000100000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE migrations
        ADD COLUMN priority text NOT NULL DEFAULT 'normal'
          CONSTRAINT migrations_priority_check CHECK (priority IN ('urgent', 'normal', 'background')),
        DROP CONSTRAINT migrations_state_check,
        ADD CONSTRAINT migrations_state_check
          CHECK (state IN ('running', 'queued', 'needs-attention', 'cancelling', 'completed', 'cancelled', 'failed'))`);
    // Only for those that there were: from now on each says its own.
    await runner.query('ALTER TABLE migrations ALTER COLUMN priority DROP DEFAULT');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE migrations SET state = 'running' WHERE state = 'queued'`);
    await runner.query(`
      ALTER TABLE migrations
        DROP COLUMN priority,
        DROP CONSTRAINT migrations_state_check,
        ADD CONSTRAINT migrations_state_check
          CHECK (state IN ('running', 'needs-attention', 'cancelling', 'completed', 'cancelled', 'failed'))`);
  }
}
