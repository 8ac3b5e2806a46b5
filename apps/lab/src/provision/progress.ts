/** Takes one short line for people. */
export type Say = (line: string) => void;

/** Does a part of the work and says how long it took, if there was anything to do. */
export async function step(say: Say, what: string, work: () => Promise<boolean>): Promise<void> {
  const started = performance.now();
  if (await work()) say(`· ${what} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
