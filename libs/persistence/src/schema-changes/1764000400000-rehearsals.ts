import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Migrations that are only rehearsed. */
export class Rehearsals1764000400000 implements MigrationInterface {
  readonly name = 'Rehearsals1764000400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE migrations
        ADD rehearsal jsonb,
        DROP CONSTRAINT migrations_state_check,
        ADD CONSTRAINT migrations_state_check
          CHECK (state IN ('running', 'queued', 'needs-attention', 'cancelling', 'completed', 'cancelled', 'rehearsed', 'failed'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE migrations SET state = 'cancelled' WHERE state = 'rehearsed'`);
    await runner.query(`
      ALTER TABLE migrations
        DROP rehearsal,
        DROP CONSTRAINT migrations_state_check,
        ADD CONSTRAINT migrations_state_check
          CHECK (state IN ('running', 'queued', 'needs-attention', 'cancelling', 'completed', 'cancelled', 'failed'))`);
  }
}
