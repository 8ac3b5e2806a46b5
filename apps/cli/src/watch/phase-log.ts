import { PHASE_TITLE, PHASES } from '@ferry/domain';
import type { MigrationDetail } from '@ferry/contracts/http';
import { holdWords } from '../display/hold-words.ts';
import { queueWords } from '../display/queue-words.ts';
import { cut } from '../display/table.ts';
import { formatSpan } from '../display/quantities.ts';
import type { Session } from '../session.ts';
import type { Sight } from './follow-migration.ts';
import { progressLines, type Progress } from './progress-lines.ts';

type PhaseRun = MigrationDetail['phases'][number];

const TITLE_WIDTH = Math.max(...Object.values(PHASE_TITLE).map((title) => title.length));

/** For people: a line that stays for each phase that is over, and below them, on a terminal, what goes on now, redrawn in place. */
export class PhaseLog {
  readonly #session: Session;
  readonly #told = new Set<string>();
  #migration: MigrationDetail | undefined;
  #progress: Progress | null = null;
  #footerHeight = 0;
  #interrupted = false;
  #held: string | null = null;

  constructor(session: Session) {
    this.#session = session;
  }

  show(sight: Sight): void {
    switch (sight.kind) {
      case 'migration':
        this.#migration = sight.migration;
        this.#progress ??= sight.migration.progress;
        this.#draw(this.#news(sight.migration));
        break;
      case 'progress':
        this.#progress = sight.progress;
        this.#draw([]);
        break;
      case 'interrupted':
        this.#draw(this.#interrupted ? [] : [this.#session.ink('warning', `Lost sight of it: ${reason(sight.cause)}`)]);
        this.#interrupted = true;
        break;
      case 'connected':
        this.#draw(this.#interrupted ? [this.#session.ink('good', 'Back again.')] : []);
        this.#interrupted = false;
        break;
      case 'history':
        break;
    }
  }

  /** Takes away what is redrawn in place. */
  end(): void {
    this.#session.terminal.out(this.#erase());
    this.#footerHeight = 0;
  }

  #draw(lines: string[]): void {
    const footer = this.#session.terminal.interactive ? this.#footer() : [];
    const text = [...lines, ...footer].map((line) => `${line}\n`).join('');
    const erase = this.#erase();
    this.#footerHeight = footer.length;
    if (erase + text !== '') this.#session.terminal.out(erase + text);
  }

  #erase(): string {
    return this.#footerHeight === 0 ? '' : `\u001b[${this.#footerHeight}A\u001b[0J`;
  }

  #news(migration: MigrationDetail): string[] {
    const inOrder = migration.phases.toSorted((a, b) => PHASES.indexOf(a.phase) - PHASES.indexOf(b.phase));
    const over = inOrder.filter((run) => run.state !== 'running').filter((run) => this.#isNew(keyOf(run)));
    const queued = migration.state === 'queued' && this.#isNew('queued');
    const cancelling = migration.state === 'cancelling' && this.#isNew('cancelling');
    return [
      ...over.map((run) => this.#describe(run)),
      ...this.#holdNews(migration),
      ...(queued ? [this.#session.ink('warning', `Queued: ${queueWords(migration.queue)}`)] : []),
      ...(cancelling ? [this.#session.ink('warning', 'Cancelling')] : []),
    ];
  }

  /** What has changed of it since the last look. */
  #holdNews({ hold }: MigrationDetail): string[] {
    const before = this.#held;
    this.#held = hold?.since ?? null;
    if (before === this.#held) return [];
    return [this.#session.ink('warning', hold === null ? 'No longer held' : holdWords(hold))];
  }

  #isNew(key: string): boolean {
    const isNew = !this.#told.has(key);
    this.#told.add(key);
    return isNew;
  }

  #describe({ phase, state, host, attempts, startedAt, finishedAt }: PhaseRun): string {
    const { ink } = this.#session;
    const mark = state === 'completed' ? ink('good', '✓') : ink('bad', '✗');
    const took = formatSpan(startedAt, finishedAt).padStart(9);
    const again = attempts > 1 ? ink('warning', `  ${attempts} attempts`) : '';
    return `${mark} ${PHASE_TITLE[phase].padEnd(TITLE_WIDTH)} ${took}  ${ink('faint', host ?? '')}${again}`.trimEnd();
  }

  #footer(): string[] {
    const { ink, terminal } = this.#session;
    if (this.#migration?.state === 'queued') return [ink('warning', '● Waiting for its turn')];
    const phase = this.#migration?.phase;
    if (phase === undefined || phase === null) return [];
    const moves = phase === 'transfer-memory' || phase === 'transfer-state';
    const bar = moves && this.#progress !== null ? progressLines(ink, this.#progress, terminal.columns) : [];
    return [
      ink('accent', cut(`● ${PHASE_TITLE[phase]}${this.#held === null ? '' : ' (held)'}`, terminal.columns)),
      ...bar,
    ];
  }
}

function keyOf({ phase, state, finishedAt }: PhaseRun): string {
  return [phase, state, finishedAt].join();
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
