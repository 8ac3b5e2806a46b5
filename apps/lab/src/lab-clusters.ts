import { createCredential, type FerryClient } from '@ferry/client';
import type { ClusterName, HostId } from '@ferry/domain';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { HostKind } from './host-kind.ts';
import type { LabLayout } from './lab-layout.ts';

/** The cluster of a lab's hosts. */
export const labCluster: ClusterName = 'lab';
const reason = 'the lab’s own';

interface Invited {
  cluster: ClusterName;
  host: HostId;
  credentialHash: string;
}

/** The clusters of a lab's hosts. Credentials are at the hosts before the API is up, so that nobody waits for them. */
export class LabClusters {
  readonly #invitations: readonly Invited[];

  private constructor(invitations: readonly Invited[]) {
    this.#invitations = invitations;
  }

  /** Gives each host a credential that is to be a member. */
  static async prepare(
    layout: LabLayout,
    hosts: readonly HostId[],
    kindOf: (host: HostId) => HostKind,
  ): Promise<LabClusters> {
    const prepared = hosts.map(async (host) => {
      const { cluster = labCluster } = kindOf(host);
      if (cluster === null) return [];
      const { credential, credentialHash } = createCredential(cluster, host);
      const file = layout.credential(host);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, `${credential}\n`, { mode: 0o600 });
      return [{ cluster, host, credentialHash }];
    });
    return new LabClusters((await Promise.all(prepared)).flat());
  }

  /** Lets the hosts join. */
  async form(client: FerryClient): Promise<void> {
    for (const name of new Set(this.#invitations.map(({ cluster }) => cluster))) {
      await client.createCluster({ name, reason });
    }
    for (const { cluster, host, credentialHash } of this.#invitations) {
      await client.inviteHost(cluster, { host, credentialHash, reason });
    }
  }
}
