/** A moment that a test waits for: whoever gets there says so. */
export class Milestone {
  reach!: () => void;
  readonly reached = new Promise<void>((resolve) => {
    this.reach = resolve;
  });
}
