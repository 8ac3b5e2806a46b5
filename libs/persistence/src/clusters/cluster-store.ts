import type { ClusterName, HostId, Request } from '@ferry/domain';
import type { ClusterRow } from './cluster-schema.ts';
import type { InvitationRow } from './invitation-schema.ts';
import type { MemberRow } from './member-schema.ts';

export interface ClusterRecord extends ClusterRow {
  members: MemberRow[];
  invitations: InvitationRow[];
}

export interface NewInvitation {
  cluster: ClusterName;
  host: HostId;
  /** SHA-256 in hex. */
  credentialHash: string;
  validMinutes: number;
}

/** Clusters and who belongs to them. Each change is in the audit history, or did not happen. */
export interface ClusterStore {
  /** By name; members and invitations by host. */
  list(): Promise<ClusterRecord[]>;
  /** Fails with `CLUSTER_ALREADY_THERE`. */
  create(name: ClusterName, request: Request): Promise<void>;
  /** Its invitations go with it. Fails with `CLUSTER_UNKNOWN`, `CLUSTER_NOT_EMPTY`. */
  remove(name: ClusterName, request: Request): Promise<void>;
  /** Replaces an earlier invitation of the host. Fails with `CLUSTER_UNKNOWN`, `HOST_ALREADY_MEMBER`. */
  invite(invitation: NewInvitation, request: Request): Promise<InvitationRow>;
  /** The host's credential and its invitation are worth nothing from now on. Fails with `NOT_IN_CLUSTER`, `HOST_NOT_EMPTY`. */
  dismiss(host: HostId, request: Request): Promise<void>;
  /**
   * The cluster of the host that shows a credential; null where it is no member. The first use of an invitation is what
   * makes it one. Fails with `CREDENTIAL_REFUSED` where somebody else passes for a member.
   */
  recognize(host: HostId, credentialHash: string | null): Promise<ClusterName | null>;
}
