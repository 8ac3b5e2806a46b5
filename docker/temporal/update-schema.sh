#!/bin/sh
# Brings Temporal's two databases to the schema of this image's version; does nothing where they are.
set -eu

update() {
  database=$1
  versions=$2
  tool="temporal-sql-tool --plugin $DB --ep $POSTGRES_SEEDS -p $DB_PORT -u $POSTGRES_USER --db $database"
  # Sets the version up only where there is none yet.
  $tool setup-schema -v 0.0
  $tool update-schema -d "/etc/temporal/schema/postgresql/v12/$versions/versioned"
}

update temporal temporal
update temporal_visibility visibility
