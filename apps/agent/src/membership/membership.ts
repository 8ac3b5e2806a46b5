import type { ClusterName, Credential } from '@ferry/domain';

/**
 * Which cluster this host is a member of. Until the API has said so it is the one that the credential names: an agent
 * that starts while the API is away is no stranger for that.
 */
export class Membership {
  readonly credential: string | null;
  #cluster: ClusterName | null;
  #told = false;

  constructor(credential: Credential | null) {
    this.credential = credential?.text ?? null;
    this.#cluster = credential?.cluster ?? null;
  }

  /** Null of a host that is no member, or no longer. */
  get cluster(): ClusterName | null {
    return this.#cluster;
  }

  /**
   * Takes the API's word. Answers whether it is news.
   * @param cluster null where the host is no member
   */
  learn(cluster: ClusterName | null): boolean {
    const news = !this.#told || cluster !== this.#cluster;
    this.#told = true;
    this.#cluster = cluster;
    return news;
  }
}
