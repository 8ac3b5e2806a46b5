import { writeCredential, type ClusterName, type HostId } from '@ferry/domain';
import { createHash, randomBytes } from 'node:crypto';

/** A new credential of a host, for the host alone to know, and the hash by which the API will know it. */
export function createCredential(cluster: ClusterName, host: HostId): { credential: string; credentialHash: string } {
  const credential = writeCredential(cluster, host, randomBytes(32).toString('base64url'));
  return { credential, credentialHash: createHash('sha256').update(credential).digest('hex') };
}
