import { SilenceMeter, type Silence } from './silence.ts';

export interface PingReport extends Silence {
  readonly sent: number;
  readonly lost: number;
}

const reply = /^\[(\d+\.\d+)\] \S+ : \[(\d+)\], \d+ bytes/;

/** Keeps count of what `fping -l -D` prints. */
export class PingTally {
  #base = 0;
  #newest = 0;
  readonly #answered = new Set<number>();
  #silence: SilenceMeter;

  constructor(now: number) {
    this.#silence = new SilenceMeter(now);
  }

  /** Takes one line of ping's output. */
  line(text: string): void {
    const [, time, sequence] = reply.exec(text) ?? [];
    if (time === undefined || sequence === undefined) return;
    // It counts from 0.
    const number = Number(sequence) + 1;
    this.#silence.heard(Number(time) * 1000);
    if (number <= this.#base) return;
    this.#answered.add(number);
    this.#newest = Math.max(this.#newest, number);
  }

  /** What is younger than the newest answered one is under way, and counts neither as sent nor as lost. */
  report(now: number): PingReport {
    const sent = Math.max(0, this.#newest - this.#base);
    return { sent, lost: sent - this.#answered.size, ...this.#silence.longest(now) };
  }

  /** Begins anew; answers to what was sent before no longer count. */
  reset(now: number): void {
    this.#base = this.#newest;
    this.#answered.clear();
    this.#silence = new SilenceMeter(now);
  }
}
