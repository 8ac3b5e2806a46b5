import { setTimeout as pause } from 'node:timers/promises';
import type { FerryClient } from '@ferry/client';
import type { HostId, HostReport, MigrationProgress, VmId } from '@ferry/domain';
import type { Logger } from 'pino';
import { LatestOnly } from './latest-only.ts';

const everyMs = 2_000;

/** Tells the API what is on the host, and how transfers go. The API being away disturbs nothing. */
export class Reporter {
  readonly #look: () => Promise<HostReport>;
  readonly #log: Pick<Logger, 'warn' | 'info'>;
  readonly #reports: LatestOnly<HostReport>;
  readonly #progress: LatestOnly<MigrationProgress[]>;
  readonly #latest = new Map<VmId, MigrationProgress>();
  readonly #stopped = new AbortController();
  #changed = new AbortController();

  constructor(host: HostId, client: FerryClient, look: () => Promise<HostReport>, log: Pick<Logger, 'warn' | 'info'>) {
    this.#look = look;
    this.#log = log;
    this.#reports = new LatestOnly((report) => client.reportHost(report), this.#tell('reports'));
    this.#progress = new LatestOnly(async (progress) => {
      for (const { vm } of progress) this.#latest.delete(vm);
      await client.reportProgress(host, progress);
    }, this.#tell('progress'));
  }

  /** Reports at a steady pace, and on changes, until it is stopped. */
  async run(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      this.#changed = new AbortController();
      try {
        this.#reports.offer(await this.#look());
      } catch (error) {
        this.#log.warn({ error }, 'the host could not be looked at');
      }
      const woken = AbortSignal.any([this.#changed.signal, this.#stopped.signal]);
      await pause(everyMs, undefined, { signal: woken }).catch(() => undefined);
    }
  }

  /** The next report is wanted now. */
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

  #tell(what: string): (reachable: boolean, error: unknown) => void {
    return (reachable, error) => {
      if (reachable) this.#log.info(`the API takes ${what} again`);
      else this.#log.warn({ error }, `the API takes no ${what}; the agent goes on without`);
    };
  }
}
