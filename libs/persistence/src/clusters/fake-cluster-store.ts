import type { ClusterName, HostId, Request } from '@ferry/domain';
import { isTerminal } from '@ferry/domain';
import type { FakeRegistry } from '../hosts/fake-registry.ts';
import type { FakeMigrationStore } from '../migrations/fake-migration-store.ts';
import { clusterEntry } from './cluster-entry.ts';
import {
  demandBelongs,
  demandEmpty,
  demandKnown,
  demandNew,
  demandNoMembers,
  demandNoOtherCluster,
} from './cluster-refusals.ts';
import type { ClusterRow } from './cluster-schema.ts';
import type { ClusterRecord, ClusterStore, NewInvitation } from './cluster-store.ts';
import type { InvitationRow } from './invitation-schema.ts';
import type { MemberRow } from './member-schema.ts';
import { standingOf } from './standing-of.ts';

const EVERYTHING = 200;

/** Clusters in memory. The hosts of a registry are members as it says. */
export class FakeClusterStore implements ClusterStore {
  readonly #clusters = new Map<ClusterName, ClusterRow>();
  readonly #members = new Map<HostId, MemberRow>();
  readonly #invitations = new Map<HostId, InvitationRow>();
  readonly #registry: FakeRegistry;
  readonly #migrations: FakeMigrationStore;

  constructor(registry: FakeRegistry, migrations: FakeMigrationStore) {
    this.#registry = registry;
    this.#migrations = migrations;
    registry.clusterOf = (host) => this.#members.get(host)?.cluster ?? null;
  }

  list(): Promise<ClusterRecord[]> {
    const of = <Row extends { cluster: string; host: string }>(rows: Map<HostId, Row>, name: ClusterName) =>
      [...rows.values()].filter(({ cluster }) => cluster === name).sort((a, b) => (a.host < b.host ? -1 : 1));
    const clusters = [...this.#clusters.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return Promise.resolve(
      clusters.map((cluster) => ({
        ...cluster,
        members: of(this.#members, cluster.name),
        invitations: of(this.#invitations, cluster.name),
      })),
    );
  }

  async create(name: ClusterName, request: Request): Promise<void> {
    demandNew(name, this.#clusters.has(name));
    this.#clusters.set(name, { name, createdAt: new Date().toISOString(), createdBy: request.actor });
    await this.#tell(clusterEntry('create', request, { cluster: name, host: null }));
  }

  async remove(name: ClusterName, request: Request): Promise<void> {
    demandKnown(name, this.#clusters.has(name));
    const members = [...this.#members.values()].filter(({ cluster }) => cluster === name);
    demandNoMembers(
      name,
      members.map(({ host }) => host),
    );
    for (const { host, cluster } of this.#invitations.values()) if (cluster === name) this.#invitations.delete(host);
    this.#clusters.delete(name);
    await this.#tell(clusterEntry('remove', request, { cluster: name, host: null }));
  }

  async invite({ validMinutes, ...invited }: NewInvitation, request: Request): Promise<InvitationRow> {
    const { cluster, host } = invited;
    demandKnown(cluster, this.#clusters.has(cluster));
    demandNoOtherCluster(cluster, this.#members.get(host) ?? null);
    const invitedAt = new Date();
    const expiresAt = new Date(invitedAt.getTime() + validMinutes * 60_000).toISOString();
    const invitation = { ...invited, invitedAt: invitedAt.toISOString(), invitedBy: request.actor, expiresAt };
    this.#invitations.set(host, invitation);
    await this.#tell(clusterEntry('invite', request, { cluster, host, expiresAt }));
    return invitation;
  }

  async dismiss(host: HostId, request: Request): Promise<void> {
    const member = this.#members.get(host);
    const cluster = member?.cluster ?? this.#invitations.get(host)?.cluster;
    demandBelongs(host, cluster !== undefined);
    if (member !== undefined) await this.#demandNothingThere(host);
    this.#members.delete(host);
    this.#invitations.delete(host);
    await this.#tell(clusterEntry('dismiss', request, { cluster: cluster as ClusterName, host }));
  }

  async recognize(host: HostId, credentialHash: string | null): Promise<ClusterName | null> {
    const member = this.#members.get(host) ?? null;
    const invitation = this.#invitations.get(host) ?? null;
    const valid = invitation !== null && invitation.expiresAt > new Date().toISOString() ? invitation : null;
    if (standingOf({ host, member, invitation: valid }, credentialHash) !== 'invited' || valid === null) {
      return member?.cluster ?? null;
    }
    const { cluster } = valid;
    const joinedAt = new Date().toISOString();
    this.#members.set(host, { host, cluster, credentialHash: valid.credentialHash, joinedAt });
    this.#invitations.delete(host);
    await this.#tell(clusterEntry('join', { actor: `agent@${host}`, reason: null }, { cluster, host }));
    return cluster;
  }

  /** An invitation of this host is over. */
  expire(host: HostId): void {
    const invitation = this.#invitations.get(host);
    if (invitation) this.#invitations.set(host, { ...invitation, expiresAt: invitation.invitedAt });
  }

  async #demandNothingThere(host: HostId): Promise<void> {
    const { items: vms } = await this.#registry.virtualMachines.list({ limit: EVERYTHING });
    const { items: migrations } = await this.#migrations.list({ host, limit: EVERYTHING });
    demandEmpty(
      host,
      vms.filter((vm) => vm.host === host || (vm.owner === host && vm.status !== 'stopped')).map(({ id }) => id),
      migrations.filter(({ state }) => !isTerminal(state)).map(({ id }) => id),
    );
  }

  async #tell(entry: ReturnType<typeof clusterEntry>): Promise<void> {
    await this.#migrations.audit.record([entry]);
  }
}
