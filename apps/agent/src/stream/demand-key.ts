import { FerryError, type HostId } from '@ferry/domain';

/** The other host's public key of an encrypted stream. Throws `STREAM_KEY_MISSING` where it sent none. */
export function demandKey(key: string | null | undefined, host: HostId): string {
  if (typeof key === 'string' && key !== '') return key;
  throw new FerryError('STREAM_KEY_MISSING', `${host} has sent no key, and the policy does not allow for plain text`);
}
