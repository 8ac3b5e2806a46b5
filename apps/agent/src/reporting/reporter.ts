import { setTimeout as pause } from 'node:timers/promises';
import { FerryProblem, type FerryClient } from '@ferry/client';
import type { ClusterName, HostId, HostReport, MigrationProgress, VmId } from '@ferry/domain';
import type { Logger } from 'pino';
import type { Membership } from '../membership/membership.ts';
import { isNews } from './is-news.ts';
import { LatestOnly } from './latest-only.ts';

/** The host is looked at so often; the API is told what is news. */
const everyMs = 2_000;
/** An API that starts, or does not know this host yet, is told again so soon, then after twice that time, and so on. */
const soonMs = 100;

/** Tells the API what is on the host, and how transfers go. The API being away disturbs nothing. */
export class Reporter {
  readonly #membership: Membership;
  readonly #look: () => Promise<HostReport>;
  readonly #log: Pick<Logger, 'warn' | 'info'>;
  readonly #reports: LatestOnly<HostReport>;
  readonly #progress: LatestOnly<MigrationProgress[]>;
  readonly #latest = new Map<VmId, MigrationProgress>();
  readonly #stopped = new AbortController();
  #changed = new AbortController();
  #soonMs = soonMs;
  /** The last that the API was told, or is being told; null where it could do nothing with it. */
  #told: { report: HostReport; at: number } | null = null;

  constructor(
    { host, membership }: { host: HostId; membership: Membership },
    client: FerryClient,
    look: () => Promise<HostReport>,
    log: Pick<Logger, 'warn' | 'info'>,
  ) {
    this.#membership = membership;
    this.#look = look;
    this.#log = log;
    this.#reports = new LatestOnly((report) => this.#report(client, report), this.#tell('reports'));
    this.#progress = new LatestOnly(async (progress) => {
      for (const { vm } of progress) this.#latest.delete(vm);
      await client.reportProgress(host, progress);
    }, this.#tell('progress'));
  }

  /** Looks at a steady pace, and on changes, and reports what is news, until it is stopped. */
  async run(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      this.#changed = new AbortController();
      try {
        this.#offer(await this.#look());
      } catch (error) {
        this.#log.warn({ error }, 'the host could not be looked at');
      }
      const woken = AbortSignal.any([this.#changed.signal, this.#stopped.signal]);
      await pause(everyMs, undefined, { signal: woken }).catch(() => undefined);
    }
  }

  /** Something is another than it was: it is looked at now. */
  change(): void {
    this.#changed.abort();
  }

  progress(progress: MigrationProgress): void {
    this.#latest.set(progress.vm, progress);
    this.#progress.offer([...this.#latest.values()]);
  }

  stop(): void {
    this.#stopped.abort();
  }

  #offer(report: HostReport): void {
    const now = performance.now();
    if (!isNews(report, this.#told && { report: this.#told.report, sinceMs: now - this.#told.at })) return;
    this.#told = { report, at: now };
    this.#reports.offer(report);
  }

  async #report(client: FerryClient, report: HostReport): Promise<void> {
    try {
      const { cluster } = await client.reportHost(report);
      this.#learn(cluster);
      if (cluster === null && this.#membership.credential !== null) this.#soon();
      else this.#soonMs = soonMs;
    } catch (error) {
      if (error instanceof FerryProblem && error.code === 'CREDENTIAL_REFUSED') this.#learn(null);
      this.#soon();
      throw error;
    }
  }

  #learn(cluster: ClusterName | null): void {
    if (!this.#membership.learn(cluster)) return;
    if (cluster === null) this.#log.warn('the host is a member of no cluster: nothing moves here or is started here');
    else this.#log.info({ cluster }, 'the host is a member of a cluster');
  }

  #soon(): void {
    this.#told = null;
    if (this.#soonMs >= everyMs) return;
    setTimeout(() => this.change(), this.#soonMs).unref();
    this.#soonMs *= 2;
  }

  #tell(what: string): (reachable: boolean, error: unknown) => void {
    return (reachable, error) => {
      if (reachable) this.#log.info(`the API takes ${what} again`);
      else this.#log.warn({ error }, `the API takes no ${what}; the agent goes on without`);
    };
  }
}
