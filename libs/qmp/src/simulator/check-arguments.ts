import type { SchemaEntry } from '../schema/qmp-schema.ts';
import { openCommands } from '../schema/qmp-schema.ts';
import { CommandError } from './command-error.ts';

/** Holds a command's arguments against the schema, in QEMU's words. One level deep: what people get wrong. */
export function checkArguments(schema: readonly SchemaEntry[], command: string, args: Record<string, unknown>): void {
  const find = (name: string) => schema.find((entry) => entry.name === name);
  const entry = find(command);
  if (entry?.['meta-type'] !== 'command') return;
  const type = find(entry['arg-type']);
  if (type?.['meta-type'] !== 'object') return;
  for (const member of type.members) {
    const value = args[member.name];
    if (value === undefined && !('default' in member)) throw new CommandError(`Parameter '${member.name}' is missing`);
    if (value === undefined) continue;
    const expected = expectedType(find(member.type));
    if (expected !== undefined && expected.test !== typeof value) {
      throw new CommandError(`Invalid parameter type for '${member.name}', expected: ${expected.word}`);
    }
  }
  const open = (openCommands as readonly string[]).includes(command);
  const unexpected = Object.keys(args).find((name) => !type.members.some((member) => member.name === name));
  if (unexpected !== undefined && !open) throw new CommandError(`Parameter '${unexpected}' is unexpected`);
}

function expectedType(type: SchemaEntry | undefined): { test: string; word: string } | undefined {
  if (type?.['meta-type'] === 'enum') return { test: 'string', word: 'string' };
  if (type?.['meta-type'] !== 'builtin') return undefined;
  const words: Record<string, { test: string; word: string }> = {
    string: { test: 'string', word: 'string' },
    int: { test: 'number', word: 'integer' },
    number: { test: 'number', word: 'number' },
    boolean: { test: 'boolean', word: 'boolean' },
  };
  return words[type['json-type']];
}
