import { openCommands, type SchemaEntry, type SchemaObject } from './qmp-schema.ts';

/** Names for the types that people meet; QEMU's schema hides its own. Keyed by where a type is reached first. */
const typeNames: Record<string, string> = {
  'migrate-continue().state': 'MigrationStatus',
  'migrate-set-capabilities().capabilities': 'MigrationCapabilityStatus',
  'migrate-set-capabilities().capabilities.capability': 'MigrationCapability',
  'migrate-set-parameters()': 'MigrationParametersToSet',
  'query-block': 'BlockInfo',
  'query-block.inserted': 'BlockNodeInfo',
  'query-block.inserted.image': 'ImageInfo',
  'query-block-jobs': 'BlockJobInfo',
  'query-cpu-definitions': 'CpuDefinition',
  'query-cpu-model-expansion().model': 'CpuModel',
  'query-cpus-fast': 'CpuInfo',
  'query-dirty-rate': 'DirtyRateInfo',
  'query-machines': 'MachineInfo',
  'query-migrate': 'MigrationInfo',
  'query-migrate.ram': 'MigrationStats',
  'query-migrate-parameters': 'MigrationParameters',
  'query-pci': 'PciBus',
  'query-pci.devices': 'PciDevice',
  'query-rx-filter': 'RxFilter',
  'query-status': 'StatusInfo',
  'query-status.status': 'RunState',
  'query-version': 'VersionInfo',
  'query-yank': 'YankInstance',
};

/** TypeScript for a reduced schema (see `reduceSchema`): the interfaces `Commands` and `Events` and what they name. */
export function generateProtocol(schema: readonly SchemaEntry[]): string {
  const byName = new Map(schema.map((entry) => [entry.name, entry]));
  const declared = new Map<string, string>();
  const declarations: string[] = [];

  const render = (typeName: string, place: string): string => {
    const known = declared.get(typeName);
    if (known !== undefined) return known;
    const entry = byName.get(typeName);
    if (!entry) throw new Error(`type ${typeName} is not in the schema`);
    const name = entry['meta-type'] === 'object' || entry['meta-type'] === 'enum' ? typeNames[place] : undefined;
    if (name === undefined) return body(entry, place);
    declared.set(typeName, name);
    declarations.push(`export type ${name} = ${body(entry, place)};`);
    return name;
  };

  const body = (entry: SchemaEntry, place: string): string => {
    switch (entry['meta-type']) {
      case 'builtin':
        return { int: 'number', value: 'unknown' }[entry['json-type']] ?? entry['json-type'];
      case 'enum':
        return entry.values.map((value) => JSON.stringify(value)).join(' | ');
      case 'array':
        return `(${render(entry['element-type'], place)})[]`;
      case 'alternate':
        return entry.members.map((member) => render(member.type, place)).join(' | ');
      case 'object':
        return object(entry, place);
      default:
        throw new Error(`${entry.name} is not a type`);
    }
  };

  const object = (entry: SchemaObject, place: string): string => {
    const { tag, variants } = entry;
    const members = entry.members
      .filter((member) => !variants || member.name !== tag)
      .map((m) => `${JSON.stringify(m.name)}${'default' in m ? '?' : ''}: ${render(m.type, `${place}.${m.name}`)}`);
    const base = members.length === 0 ? 'NoMembers' : `{ ${members.join('; ')} }`;
    if (tag === undefined || !variants) return base;
    const union = [...new Set(variants.map((variant) => variant.type))].map((type) => {
      const cases = variants.filter((variant) => variant.type === type).map((variant) => variant.case);
      const literal = `{ ${JSON.stringify(tag)}: ${cases.map((name) => JSON.stringify(name)).join(' | ')} }`;
      const own = render(type, `${place}.${cases.join('|')}`);
      return own === 'NoMembers' ? literal : `(${literal} & ${own})`;
    });
    return members.length === 0 ? union.join(' | ') : `${base} & (${union.join(' | ')})`;
  };

  const commands: string[] = [];
  const events: string[] = [];
  for (const entry of schema) {
    if (entry['meta-type'] === 'command') {
      const argument = render(entry['arg-type'], `${entry.name}()`);
      const open = (openCommands as readonly string[]).includes(entry.name) ? ' & Record<string, unknown>' : '';
      commands.push(
        `'${entry.name}': { arguments: ${argument}${open}; returns: ${render(entry['ret-type'], entry.name)} };`,
      );
    } else if (entry['meta-type'] === 'event') {
      events.push(`${entry.name}: ${render(entry['arg-type'], entry.name)};`);
    }
  }
  return [
    '// Generated from the schema of QEMU 7.2 (schema/generate-protocol.ts): `npx vitest run libs/qmp/src/schema -u` writes it anew.',
    '/** Nothing to say. */\nexport type NoMembers = Record<string, never>;',
    ...declarations,
    `/** What QEMU can be told and asked. */\nexport interface Commands { ${commands.join('\n')} }`,
    `/** What QEMU tells by itself. */\nexport interface Events { ${events.join('\n')} }`,
  ].join('\n\n');
}
