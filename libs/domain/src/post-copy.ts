import type { MigrationPolicy } from './policy.ts';

/** Why a policy's parts can't be had together; null where they can. Pages that are fetched one by one come over one connection. */
export function postCopyObstacle({ postCopy, channels, compression }: MigrationPolicy): string | null {
  if (postCopy !== 'last-resort') return null;
  if (channels > 1) return `The policy asks for ${channels} connections, and pages are fetched over one.`;
  return compression === 'none' ? null : 'The policy asks for compression, and fetched pages are not compressed.';
}
