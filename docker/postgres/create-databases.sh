#!/bin/sh
# Runs once, when the data folder is empty: one role and its databases for Ferry, one for Temporal.
set -eu

psql --set ON_ERROR_STOP=1 --username postgres \
  --set app_password="$APP_DATABASE_PASSWORD" --set temporal_password="$TEMPORAL_DATABASE_PASSWORD" <<'SQL'
CREATE ROLE ferry LOGIN PASSWORD :'app_password';
CREATE ROLE temporal LOGIN PASSWORD :'temporal_password';
CREATE DATABASE ferry OWNER ferry;
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
SQL
