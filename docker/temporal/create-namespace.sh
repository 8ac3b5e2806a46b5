#!/bin/sh
# Makes the namespace and the search attributes of Ferry's workflows, where they are missing.
set -eu

temporal operator cluster health
temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create --retention 72h --namespace "$TEMPORAL_NAMESPACE"

# The server looks for new namespaces every ten seconds only.
attempts=30
until present=$(temporal operator search-attribute list --namespace "$TEMPORAL_NAMESPACE" 2>/dev/null); do
  attempts=$((attempts - 1))
  [ "$attempts" -gt 0 ] || exit 1
  sleep 1
done

for name in FerryVm FerryMigration FerrySource FerryDestination FerryState; do
  case $present in
    *"$name"*) ;;
    *) temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" --name "$name" --type Keyword ;;
  esac
done
