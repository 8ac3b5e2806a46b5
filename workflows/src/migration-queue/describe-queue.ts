import type { QueueSnapshot } from '@ferry/contracts';

/** More than a page of Temporal has room for. */
const LINES = 20;

/** The queue in words (Markdown), for Temporal's own pages. */
export function describeQueue({ limits, inFlight, waiting }: QueueSnapshot): string {
  const { outgoing, incoming, cluster } = limits;
  const head = `**${inFlight.length} of ${cluster}** under way, **${waiting.length}** waiting. A host sends ${outgoing} and receives ${incoming} at once.`;
  const lines = waiting
    .slice(0, LINES)
    .map(
      ({ position, vm, source, destination, priority, reason }) =>
        `${position}. **${vm}**: ${source} → ${destination} (${priority}): ${reason}`,
    );
  return [head, ...(lines.length > 0 ? [lines.join('\n')] : [])].join('\n\n');
}
