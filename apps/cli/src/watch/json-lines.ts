import type { Session } from '../session.ts';
import type { Sight } from './follow-migration.ts';

/**
 * For programs: one JSON object a line. `history` and `progress` as the API sends them, `migration` with the whole
 * migration whenever it may have changed; the last line is one of these.
 */
export class JsonLines {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  show(sight: Sight): void {
    if (sight.kind === 'connected' || sight.kind === 'interrupted') return;
    this.#session.print(JSON.stringify(sight));
  }

  end(): void {
    // Nothing is ever half written.
  }
}
