#!/bin/sh
# Makes the namespace and the search attributes of Ferry's workflows, where they are missing.
set -eu

temporal operator cluster health
temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" ||
  temporal operator namespace create --retention 72h --namespace "$TEMPORAL_NAMESPACE"

present=$(temporal operator search-attribute list --namespace "$TEMPORAL_NAMESPACE")
for name in FerryVm FerryMigration FerrySource FerryDestination FerryState; do
  case $present in
    *"$name"*) ;;
    *) temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" --name "$name" --type Keyword ;;
  esac
done
