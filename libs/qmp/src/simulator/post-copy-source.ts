import { setTimeout as pause } from 'node:timers/promises';
import type { MigrationStatus } from '../protocol.ts';
import { MigrationFailure } from './faults.ts';
import { type Link, openLink, writeBroken } from './link.ts';
import type { Machine } from './machine.ts';
import type { MigrationSettings } from './migration-settings.ts';
import type { TransferProgress } from './transfer-progress.ts';

const tickMs = 5;

interface Parts {
  machine: Machine;
  settings: MigrationSettings;
  progress: TransferProgress;
  enter: (status: MigrationStatus) => void;
}

/** The source's part of post-copy: it serves what the destination lacks, over as many connections as it takes. */
export class PostCopySource {
  readonly #parts: Parts;
  #link: Link;
  #interrupt: AbortController;
  #reconnect: ((link: Link) => void) | null = null;

  /** @param interrupt aborted to break the first link, or with what is to end it all */
  constructor(parts: Parts, link: Link, interrupt: AbortController) {
    this.#parts = parts;
    this.#link = link;
    this.#interrupt = interrupt;
  }

  get link(): Link {
    return this.#link;
  }

  get isPaused(): boolean {
    return this.#reconnect !== null;
  }

  /** Breaks the link under way, or with another reason the whole. */
  interrupt(reason: Error): void {
    this.#interrupt.abort(reason);
  }

  /** `migrate` with `resume`. Rejects with `MigrationFailure` where nobody listens; the next may. */
  async resume(uri: string): Promise<void> {
    const link = await openLink(uri, new AbortController().signal, this.#parts.settings.credentials);
    // Another was first.
    if (this.#reconnect) this.#reconnect(link);
    else link.destroy();
  }

  /** Sends the state, and pages until there are none; resolves when the destination has said that it has all. */
  async serve(ran: boolean): Promise<void> {
    const { machine, progress } = this.#parts;
    const deed = await machine.faults.strike('source', 'postcopy-active', this.#interrupt.signal);
    this.#link.send({ kind: 'state', guest: machine.guestState(ran), split: true });
    progress.postCopy();
    if (deed === 'cut-link') this.#link.cut();
    for (;;) {
      try {
        await this.#sendRest();
        return;
      } catch (error) {
        const reason = (this.#interrupt.signal.reason ?? error) as Error;
        if (!(reason instanceof MigrationFailure)) throw reason;
        await this.#connectedAgain();
      }
    }
  }

  async #sendRest(): Promise<void> {
    const { progress, settings } = this.#parts;
    while (progress.leftBytes > 0) {
      await pause(tickMs, undefined, { signal: this.#interrupt.signal });
      if (!this.#link.hasRoom() || this.#link.isCut) continue;
      const bytes = progress.take((settings.postCopyBandwidth * tickMs) / 1000);
      this.#link.send({ kind: 'pages', bytes });
    }
    this.#link.send({ kind: 'end' });
    const answer = await this.#link.next(this.#interrupt.signal);
    if (answer.kind !== 'loaded') throw new MigrationFailure('RP: Received invalid message');
  }

  /** What breaks while the ends come to terms again leaves them paused once more. */
  async #connectedAgain(): Promise<void> {
    for (;;) {
      try {
        await this.#connectAgain();
        return;
      } catch (error) {
        const reason = (this.#interrupt.signal.reason ?? error) as Error;
        if (!(reason instanceof MigrationFailure)) throw reason;
      }
    }
  }

  async #connectAgain(): Promise<void> {
    const { enter } = this.#parts;
    if (!this.#link.isCut) this.#link.destroy();
    process.stderr.write(`qemu-system-x86_64: ${writeBroken}\nDetected IO failure for postcopy. Migration paused.\n`);
    this.#interrupt = new AbortController();
    enter('postcopy-paused');
    this.#link = await new Promise<Link>((resolve) => (this.#reconnect = resolve));
    this.#reconnect = null;
    enter('postcopy-recover');
    this.#link.send({ kind: 'resume' });
    await this.#link.next(this.#interrupt.signal);
    enter('postcopy-active');
  }
}
