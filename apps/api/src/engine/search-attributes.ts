import { SEARCH_ATTRIBUTES, type LiveMigrationInput } from '@ferry/contracts';
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';

const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);

/** Says which migration a workflow is. */
export const MIGRATION_KEY = keyword(SEARCH_ATTRIBUTES.migration);

/** What a migration's workflow is found by. */
export function searchAttributesOf({ vm, migration, source, destination }: LiveMigrationInput): TypedSearchAttributes {
  return new TypedSearchAttributes([
    { key: keyword(SEARCH_ATTRIBUTES.vm), value: vm },
    { key: MIGRATION_KEY, value: migration },
    { key: keyword(SEARCH_ATTRIBUTES.source), value: source },
    { key: keyword(SEARCH_ATTRIBUTES.destination), value: destination },
    { key: keyword(SEARCH_ATTRIBUTES.state), value: 'running' },
  ]);
}
