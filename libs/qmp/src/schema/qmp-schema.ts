/** One entry of `query-qmp-schema`, as QEMU answers it; type names are numbers that each build of QEMU gives anew. */
export type SchemaEntry =
  | { name: string; 'meta-type': 'command'; 'arg-type': string; 'ret-type': string; 'allow-oob'?: boolean }
  | { name: string; 'meta-type': 'event'; 'arg-type': string }
  | { name: string; 'meta-type': 'builtin'; 'json-type': string }
  | { name: string; 'meta-type': 'enum'; values: string[] }
  | { name: string; 'meta-type': 'array'; 'element-type': string }
  | { name: string; 'meta-type': 'alternate'; members: { type: string }[] }
  | SchemaObject;

/** An object type; a member with a `default` is optional. With a `tag` it is a union, discriminated by that member. */
export interface SchemaObject {
  name: string;
  'meta-type': 'object';
  members: { name: string; type: string; default?: unknown }[];
  tag?: string;
  variants?: { case: string; type: string }[];
}

/** Commands whose unions are too wide to be worth typing: their common members are, the rest is open. */
export const openCommands = ['object-add', 'blockdev-add', 'device_add', 'netdev_add'] as const;

/** The commands that the client types and the simulator answers. */
export const typedCommands = [
  'announce-self',
  'block-dirty-bitmap-add',
  'blockdev-add',
  'blockdev-del',
  'calc-dirty-rate',
  'cont',
  'device_add',
  'device_del',
  'human-monitor-command',
  'migrate',
  'migrate-continue',
  'migrate-incoming',
  'migrate-pause',
  'migrate-recover',
  'migrate-set-capabilities',
  'migrate-set-parameters',
  'migrate-start-postcopy',
  'migrate_cancel',
  'netdev_add',
  'netdev_del',
  'object-add',
  'object-del',
  'qmp_capabilities',
  'qom-get',
  'qom-list',
  'query-block',
  'query-block-jobs',
  'query-cpu-definitions',
  'query-cpu-model-expansion',
  'query-cpus-fast',
  'query-dirty-rate',
  'query-iothreads',
  'query-kvm',
  'query-machines',
  'query-memory-size-summary',
  'query-migrate',
  'query-migrate-capabilities',
  'query-migrate-parameters',
  'query-name',
  'query-named-block-nodes',
  'query-pci',
  'query-qmp-schema',
  'query-rx-filter',
  'query-status',
  'query-uuid',
  'query-version',
  'query-yank',
  'quit',
  'stop',
  'system_powerdown',
  'system_reset',
  'yank',
] as const;

/** The events that the client types. Others still arrive, as `QmpEvent` with an unknown name. */
export const typedEvents = [
  'BLOCK_IO_ERROR',
  'DEVICE_DELETED',
  'GUEST_PANICKED',
  'MIGRATION',
  'MIGRATION_PASS',
  'POWERDOWN',
  'RESET',
  'RESUME',
  'SHUTDOWN',
  'STOP',
  'UNPLUG_PRIMARY',
] as const;
