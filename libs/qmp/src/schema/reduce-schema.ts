import { openCommands, type SchemaEntry, typedCommands, typedEvents } from './qmp-schema.ts';

/**
 * The part of QEMU's schema that Ferry uses: its commands and events with every type they reach, renumbered in the
 * order they are reached so that two builds of one QEMU give the same text. Throws on a command that QEMU lacks.
 */
export function reduceSchema(schema: readonly SchemaEntry[]): SchemaEntry[] {
  const byName = new Map(schema.map((entry) => [entry.name, entry]));
  const renamed = new Map<string, string>();
  const reduced: SchemaEntry[] = [];

  const find = (name: string): SchemaEntry => {
    const entry = byName.get(name);
    if (!entry) throw new Error(`QEMU's schema has no ${name}`);
    return entry;
  };

  const reach = (name: string, open = false): string => {
    const known = renamed.get(name);
    if (known !== undefined) return known;
    const entry = find(name);
    const fresh = entry['meta-type'] === 'builtin' ? name : String(renamed.size);
    renamed.set(name, fresh);
    const slot = reduced.push(entry) - 1;
    reduced[slot] = { ...withTypesReached(entry, open), name: fresh };
    return fresh;
  };

  const withTypesReached = (entry: SchemaEntry, open: boolean): SchemaEntry => {
    switch (entry['meta-type']) {
      case 'array':
        return { ...entry, 'element-type': reach(entry['element-type']) };
      case 'alternate':
        return { ...entry, members: entry.members.map((member) => ({ type: reach(member.type) })) };
      case 'object': {
        const { variants, ...base } = entry;
        const members = entry.members.map((member) => ({ ...member, type: reach(member.type) }));
        if (!variants || open) return { ...base, members };
        return { ...base, members, variants: variants.map((v) => ({ ...v, type: reach(v.type) })) };
      }
      default:
        return entry;
    }
  };

  for (const name of [...typedCommands, ...typedEvents]) {
    const entry = find(name);
    const open = (openCommands as readonly string[]).includes(name);
    if (entry['meta-type'] === 'command') {
      reduced.push({ ...entry, 'arg-type': reach(entry['arg-type'], open), 'ret-type': reach(entry['ret-type']) });
    } else if (entry['meta-type'] === 'event') {
      reduced.push({ ...entry, 'arg-type': reach(entry['arg-type']) });
    }
  }
  return reduced;
}
