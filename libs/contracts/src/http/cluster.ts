import { z } from 'zod';
import { instant, name, reason } from './primitives.ts';

const why = reason.nullable().default(null);

export const createClusterBody = z.strictObject({ name, reason: why }).meta({ id: 'CreateCluster' });
export type CreateClusterBody = z.input<typeof createClusterBody>;

/** SHA-256 of a credential, in hex: the credential itself is made by who invites, and goes to the host alone. */
export const credentialHash = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex');

export const inviteBody = z
  .strictObject({
    host: name,
    credentialHash,
    /** How long the host has to join with it. */
    validMinutes: z.number().int().min(1).max(10_080).default(60),
    reason: why,
  })
  .meta({ id: 'Invite' });
export type InviteBody = z.input<typeof inviteBody>;

const invitationShape = { host: z.string(), invitedAt: instant, invitedBy: z.string(), expiresAt: instant };

export const invitation = z.object({ cluster: z.string(), ...invitationShape }).meta({ id: 'Invitation' });
export type Invitation = z.infer<typeof invitation>;

export const cluster = z
  .object({
    name: z.string(),
    createdAt: instant,
    createdBy: z.string(),
    members: z.array(z.object({ host: z.string(), joinedAt: instant })),
    /** Also those that have expired, until they are replaced. */
    invitations: z.array(z.object(invitationShape)),
  })
  .meta({ id: 'Cluster' });
export type Cluster = z.infer<typeof cluster>;

export const clusterList = z.object({ items: z.array(cluster) }).meta({ id: 'ClusterList' });
