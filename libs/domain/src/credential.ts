import { isName, type ClusterName, type HostId } from './identifiers.ts';

/** What a host shows to be its cluster's. Whoever has the text is taken for that host. */
export interface Credential {
  cluster: ClusterName;
  host: HostId;
  /** All of it, as it is shown: `ferry.east.host-a.…`, with 32 random bytes in base64url at its end. */
  text: string;
}

/** @param secret 32 random bytes in base64url */
export function writeCredential(cluster: ClusterName, host: HostId, secret: string): string {
  return `ferry.${cluster}.${host}.${secret}`;
}

/** Null where the text is no credential. */
export function readCredential(text: string): Credential | null {
  const [, cluster = '', host = ''] = /^ferry\.([^.]+)\.([^.]+)\.[\w-]{43}$/.exec(text) ?? [];
  return isName(cluster) && isName(host) ? { cluster, host, text } : null;
}
