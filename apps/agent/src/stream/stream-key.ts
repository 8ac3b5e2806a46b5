import {
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { FerryError, type MigrationPlan } from '@ferry/domain';

/** One host's part of the key of one migration's stream: an X25519 pair of which only the public half is ever told. */
export class StreamKey {
  readonly #private: KeyObject;
  /** What the other host has to know of it: 32 bytes in base64url. */
  readonly public: string;

  private constructor(key: KeyObject) {
    this.#private = key;
    this.public = createPublicKey(key).export({ format: 'jwk' }).x ?? '';
  }

  static make(): StreamKey {
    return new StreamKey(generateKeyPairSync('x25519').privateKey);
  }

  /** @param text as `toText` has written it */
  static parse(text: string): StreamKey {
    return new StreamKey(createPrivateKey(text));
  }

  /** The private half, for a file that nobody else can read. */
  toText(): string {
    return this.#private.export({ format: 'pem', type: 'pkcs8' }).toString();
  }

  /**
   * The secret that this host and the one with `peer` have in common, as 64 hexadecimal digits. It is of these two keys
   * and this migration alone, and only who has the cluster's secret comes to it: a control plane that exchanged the
   * public keys on their way would not. Throws `STREAM_KEY_MISSING` where `peer` is no key.
   */
  secretWith(peer: string, { migration, source, destination }: MigrationPlan, cluster: Buffer): string {
    const binding = ['ferry migration stream', migration, source, destination, ...[this.public, peer].toSorted()];
    return Buffer.from(hkdfSync('sha256', this.#agreeWith(peer), cluster, binding.join('\n'), 32)).toString('hex');
  }

  #agreeWith(peer: string): Buffer {
    try {
      const publicKey = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'X25519', x: peer } });
      return diffieHellman({ privateKey: this.#private, publicKey });
    } catch (cause) {
      throw new FerryError('STREAM_KEY_MISSING', 'what the other host sent is no key', { cause });
    }
  }
}
