import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who holds a migration, why, and since when. */
export class Holds1764000200000 implements MigrationInterface {
  readonly name = 'Holds1764000200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE migrations ADD hold jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE migrations DROP hold');
  }
}
