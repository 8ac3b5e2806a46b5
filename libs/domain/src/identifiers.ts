/** A VM's name, unique in all clusters: `web-1`. */
export type VmId = string;
/** A host's name, unique in all clusters: `host-a`. */
export type HostId = string;
/** A cluster's name: `east`. */
export type ClusterName = string;
/** A UUID (version 7, so ids sort by age). */
export type MigrationId = string;
/** An ISO 8601 instant in UTC with milliseconds: `2026-01-31T12:00:00.000Z`. */
export type Instant = string;

/** Names are part of queue names, file names and QEMU options: nothing but these characters may ever get there. */
export const NAME_PATTERN = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

export function isName(value: string): boolean {
  return NAME_PATTERN.test(value);
}
