import { FerryError } from '@ferry/domain';
import type { InvitationRow } from './invitation-schema.ts';
import type { MemberRow } from './member-schema.ts';

/** What is known of a host. */
export interface Known {
  host: string;
  member: MemberRow | null;
  /** Null too where it has expired. */
  invitation: InvitationRow | null;
}

/** Who somebody is who reports as a host: `invited` joins now. Fails with `CREDENTIAL_REFUSED` where it passes for a member. */
export function standingOf(
  { host, member, invitation }: Known,
  credentialHash: string | null,
): 'member' | 'invited' | 'stranger' {
  if (member !== null && credentialHash === member.credentialHash) return 'member';
  if (invitation !== null && credentialHash === invitation.credentialHash) return 'invited';
  if (member === null) return 'stranger';
  const shown = credentialHash === null ? 'no credential' : 'another credential than the one it joined with';
  throw new FerryError('CREDENTIAL_REFUSED', `Somebody reports as ${host} and shows ${shown}.`);
}
