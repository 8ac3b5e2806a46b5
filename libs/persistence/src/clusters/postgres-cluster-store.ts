import { TERMINAL_STATES, type ClusterName, type HostId, type Request } from '@ferry/domain';
import type { EntityManager } from 'typeorm';
import { appendToAudit, lockAudit } from '../audit/append-to-audit.ts';
import type { NewAuditEntry } from '../audit/audit-store.ts';
import type { Database } from '../database.ts';
import { lockHost } from '../hosts/lock-host.ts';
import { clusterEntry } from './cluster-entry.ts';
import {
  demandBelongs,
  demandEmpty,
  demandKnown,
  demandNew,
  demandNoMembers,
  demandNoOtherCluster,
} from './cluster-refusals.ts';
import { clusterSchema } from './cluster-schema.ts';
import type { ClusterRecord, ClusterStore, NewInvitation } from './cluster-store.ts';
import { invitationSchema, type InvitationRow } from './invitation-schema.ts';
import { memberSchema } from './member-schema.ts';
import { standingOf, type Known } from './standing-of.ts';

export class PostgresClusterStore implements ClusterStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async list(): Promise<ClusterRecord[]> {
    return this.#database.read(async (manager) => {
      const clusters = await manager.find(clusterSchema, { order: { name: 'ASC' } });
      const members = await manager.find(memberSchema, { order: { host: 'ASC' } });
      const invitations = await manager.find(invitationSchema, { order: { host: 'ASC' } });
      return clusters.map((cluster) => ({
        ...cluster,
        members: members.filter((member) => member.cluster === cluster.name),
        invitations: invitations.filter((invitation) => invitation.cluster === cluster.name),
      }));
    });
  }

  async create(name: ClusterName, request: Request): Promise<void> {
    await this.#change(async (manager) => {
      demandNew(name, await manager.existsBy(clusterSchema, { name }));
      await manager.insert(clusterSchema, { name, createdBy: request.actor, createdAt: await now(manager) });
      await tell(manager, clusterEntry('create', request, { cluster: name, host: null }));
    });
  }

  async remove(name: ClusterName, request: Request): Promise<void> {
    await this.#change(async (manager) => {
      await demandCluster(manager, name);
      const members = await manager.findBy(memberSchema, { cluster: name });
      demandNoMembers(
        name,
        members.map(({ host }) => host),
      );
      await manager.delete(invitationSchema, { cluster: name });
      await manager.delete(clusterSchema, { name });
      await tell(manager, clusterEntry('remove', request, { cluster: name, host: null }));
    });
  }

  async invite({ validMinutes, ...invited }: NewInvitation, request: Request): Promise<InvitationRow> {
    const { cluster, host } = invited;
    return this.#change(async (manager) => {
      await demandCluster(manager, cluster);
      demandNoOtherCluster(cluster, await manager.findOneBy(memberSchema, { host }));
      const invitedAt = await now(manager);
      const expiresAt = new Date(Date.parse(invitedAt) + validMinutes * 60_000).toISOString();
      const invitation = { ...invited, invitedAt, invitedBy: request.actor, expiresAt };
      await manager.upsert(invitationSchema, invitation, ['host']);
      await tell(manager, clusterEntry('invite', request, { cluster, host, expiresAt }));
      return invitation;
    });
  }

  async dismiss(host: HostId, request: Request): Promise<void> {
    await this.#change(async (manager) => {
      // Against reports: one that brings a VM comes before, or is a stranger's.
      await lockHost(manager, host);
      const member = await manager.findOneBy(memberSchema, { host });
      const invitation = await manager.findOneBy(invitationSchema, { host });
      const cluster = member?.cluster ?? invitation?.cluster;
      demandBelongs(host, cluster !== undefined);
      if (member !== null) await demandNothingThere(manager, host);
      await manager.delete(memberSchema, { host });
      await manager.delete(invitationSchema, { host });
      await tell(manager, clusterEntry('dismiss', request, { cluster: cluster as ClusterName, host }));
    });
  }

  async recognize(host: HostId, credentialHash: string | null): Promise<ClusterName | null> {
    const known = await this.#database.read((manager) => readKnown(manager, host));
    if (standingOf(known, credentialHash) !== 'invited') return known.member?.cluster ?? null;
    await this.#change(async (manager) => {
      await lockHost(manager, host);
      const { invitation, ...latest } = await readKnown(manager, host);
      // Its use has been told already, or it was revoked just now.
      if (invitation === null || standingOf({ invitation, ...latest }, credentialHash) !== 'invited') return;
      const { cluster } = invitation;
      const joined = { host, cluster, credentialHash: invitation.credentialHash, joinedAt: await now(manager) };
      await manager.upsert(memberSchema, joined, ['host']);
      await manager.delete(invitationSchema, { host });
      await tell(manager, clusterEntry('join', { actor: `agent@${host}`, reason: null }, { cluster, host }));
    });
    return this.recognize(host, credentialHash);
  }

  /** One change at a time, together with its line in the audit history. */
  async #change<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.#database.write(async (manager) => {
      await lockAudit(manager);
      return work(manager);
    });
  }
}

async function tell(manager: EntityManager, entry: NewAuditEntry): Promise<void> {
  await appendToAudit(manager, [entry]);
}

async function demandCluster(manager: EntityManager, name: ClusterName): Promise<void> {
  demandKnown(name, await manager.existsBy(clusterSchema, { name }));
}

async function demandNothingThere(manager: EntityManager, host: HostId): Promise<void> {
  const vms = await manager.query<{ id: string }[]>(
    `SELECT id FROM virtual_machines WHERE host = $1 OR (owner = $1 AND status <> 'stopped') ORDER BY id LIMIT 20`,
    [host],
  );
  const migrations = await manager.query<{ id: string }[]>(
    'SELECT id FROM migrations WHERE (source = $1 OR destination = $1) AND NOT state = ANY($2) ORDER BY id LIMIT 20',
    [host, [...TERMINAL_STATES]],
  );
  demandEmpty(host, ...([vms, migrations].map((rows) => rows.map(({ id }) => id)) as [string[], string[]]));
}

/**
 * An invitation that has expired is none. It is read before the member that it makes: who joins between the two is seen as
 * both, and never as neither.
 */
async function readKnown(manager: EntityManager, host: HostId): Promise<Known> {
  const invitation = await manager
    .createQueryBuilder(invitationSchema, 'invitation')
    .where('invitation.host = :host AND invitation.expires_at > clock_timestamp()', { host })
    .getOne();
  const member = await manager.findOneBy(memberSchema, { host });
  return { host, member, invitation };
}

/** By the database's clock. */
async function now(manager: EntityManager): Promise<string> {
  const [row] = await manager.query<{ now: Date }[]>('SELECT clock_timestamp() AS now');
  return (row?.now ?? new Date()).toISOString();
}
