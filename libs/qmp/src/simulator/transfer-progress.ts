import type { MigrationInfo } from '../protocol.ts';
import { bytesOnTheWire, pageBytes, type Pages } from './guest-memory.ts';

const windowMs = 100;
/** As seen of QEMU, in bytes. */
const markersPerTick = 1_500;

/** QEMU's bookkeeping of one outgoing migration. */
export class TransferProgress {
  readonly #totalBytes: number;
  readonly #startedMs = performance.now();
  #setupMs = 0;
  #sent: Pages = { normal: 0, zero: 0 };
  #left: Pages = { normal: 0, zero: 0 };
  #downtimeBytes = 0;
  #postCopyBytes = 0;
  #inPostCopy = false;
  #markerBytes = 0;
  #rounds = 0;
  #dirtiedPerSecond = 0;
  #syncedMs = performance.now();
  #haltedMs: number | undefined;
  #endedMs: number | undefined;
  #reckoned = false;
  #window = { sinceMs: performance.now(), bytes: 0 };
  #bytesPerMs = 0;

  constructor(totalBytes: number) {
    this.#totalBytes = totalBytes;
  }

  get left(): Pages {
    return this.#left;
  }

  get leftBytes(): number {
    return bytesOnTheWire(this.#left);
  }

  get rounds(): number {
    return this.#rounds;
  }

  get transferredBytes(): number {
    return bytesOnTheWire(this.#sent) + this.#markerBytes;
  }

  setupDone(): void {
    this.#setupMs = performance.now() - this.#startedMs;
  }

  /** The dirty bitmap was read: a new round. */
  synced(pages: Pages): number {
    const now = performance.now();
    if (this.#rounds > 0)
      this.#dirtiedPerSecond = Math.round((pages.normal / Math.max(1, now - this.#syncedMs)) * 1000);
    this.#syncedMs = now;
    this.#left = { normal: this.#left.normal + pages.normal, zero: this.#left.zero + pages.zero };
    return ++this.#rounds;
  }

  /** Takes so many of the pages left, at most, as the bytes allow; always one at least. Returns their bytes. */
  take(allowedBytes: number): number {
    const share = Math.min(1, allowedBytes / Math.max(1, this.leftBytes));
    const taken = { normal: Math.ceil(this.#left.normal * share), zero: Math.ceil(this.#left.zero * share) };
    this.#left = { normal: this.#left.normal - taken.normal, zero: this.#left.zero - taken.zero };
    this.#sent = { normal: this.#sent.normal + taken.normal, zero: this.#sent.zero + taken.zero };
    const bytes = bytesOnTheWire(taken);
    if (this.#inPostCopy) this.#postCopyBytes += bytes;
    else if (this.#haltedMs !== undefined) this.#downtimeBytes += bytes;
    this.#window.bytes += bytes;
    return bytes;
  }

  /** Without a page to send QEMU goes around its loop and says each time that it has come to the end. Returns the bytes. */
  marked(allowedBytes: number): number {
    const bytes = Math.floor(Math.min(allowedBytes, markersPerTick));
    this.#markerBytes += bytes;
    this.#window.bytes += bytes;
    return bytes;
  }

  /** What can be sent within a downtime of so many milliseconds, by the last full window; 0 before the first, as in QEMU. */
  threshold(downtimeMs: number): number {
    const now = performance.now();
    if (now - this.#window.sinceMs >= windowMs) {
      this.#bytesPerMs = this.#window.bytes / (now - this.#window.sinceMs);
      this.#window = { sinceMs: now, bytes: 0 };
    }
    return this.#bytesPerMs * downtimeMs;
  }

  halted(): void {
    this.#haltedMs = performance.now();
  }

  /** The state has gone: what is sent from here on is fetched by a guest that may run. */
  postCopy(): void {
    this.#inPostCopy = true;
  }

  ended(): void {
    this.#endedMs = performance.now();
  }

  reckoned(): void {
    this.#reckoned = true;
  }

  /** As `query-migrate` tells it. `finished` adds what is only known at the end, and is nought until it was reckoned. */
  describe(downtimeLimit: number, finished: boolean): MigrationInfo {
    const end = this.#endedMs ?? performance.now();
    const transferred = this.transferredBytes;
    const perMs = this.#bytesPerMs || transferred / Math.max(1, end - this.#startedMs - this.#setupMs);
    return {
      'total-time': finished && !this.#reckoned ? 0 : Math.round(end - this.#startedMs),
      'setup-time': Math.round(this.#setupMs),
      ...(finished
        ? { downtime: this.#reckoned ? Math.round(end - (this.#haltedMs ?? end)) : 0 }
        : { 'expected-downtime': this.#bytesPerMs ? Math.round(this.leftBytes / this.#bytesPerMs) : downtimeLimit }),
      ram: {
        total: this.#totalBytes,
        transferred,
        remaining: (this.#left.normal + this.#left.zero) * pageBytes,
        duplicate: this.#sent.zero,
        skipped: 0,
        normal: this.#sent.normal,
        'normal-bytes': this.#sent.normal * pageBytes,
        'dirty-pages-rate': this.#dirtiedPerSecond,
        mbps: (perMs * 8) / 1000,
        'dirty-sync-count': this.#rounds,
        'postcopy-requests': 0,
        'page-size': pageBytes,
        'multifd-bytes': 0,
        'pages-per-second': Math.round((perMs / pageBytes) * 1000),
        'precopy-bytes': transferred - this.#downtimeBytes - this.#postCopyBytes,
        'downtime-bytes': this.#downtimeBytes,
        'postcopy-bytes': this.#postCopyBytes,
        'dirty-sync-missed-zero-copy': 0,
      },
    };
  }
}
