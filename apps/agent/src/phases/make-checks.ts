import { finding, type Finding, type HostId } from '@ferry/domain';

/** One requirement: answers what it found, and throws where it could not look. */
export type Check = () => Answer | Promise<Answer>;
type Answer = Finding[] | Finding | null;

/** Makes all checks at once, and never stops at the first finding. What can't be checked is a finding too, not a pass. */
export async function makeChecks(host: HostId, checks: Record<string, Check>): Promise<Finding[]> {
  const made = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      try {
        return (await check()) ?? [];
      } catch (error) {
        const cause = error instanceof Error ? error.message : String(error);
        return finding('CHECK_FAILED', host, `The check of ${name} could not be made: ${cause}.`);
      }
    }),
  );
  return made.flat();
}
