import type { RehearsalFigures } from '@ferry/domain';

/** A rehearsal has come as far as it should: what was built for it is undone as if a person had called it off. */
export class RehearsalOver extends Error {
  override readonly name = 'RehearsalOver';
  readonly figures: RehearsalFigures;

  constructor(figures: RehearsalFigures) {
    super('the rehearsal is over');
    this.figures = figures;
  }
}
