import { EntitySchema, EntitySchemaOptions } from 'typeorm';

type TableOptions<Row> = { [Option in keyof EntitySchemaOptions<Row>]: EntitySchemaOptions<Row>[Option] };

/** A table and the rows in it, as TypeORM wants to know them. Every constraint is named, else TypeORM sees renames. */
export function defineTable<Row>(options: TableOptions<Row>): EntitySchema<Row> {
  return new EntitySchema<Row>(Object.assign(new EntitySchemaOptions<Row>(), options));
}
