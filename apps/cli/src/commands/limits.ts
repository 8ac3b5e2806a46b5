import type { Command } from 'commander';
import { parseWhole, reasonOption } from '../arguments.ts';
import { UsageError } from '../display/failure-words.ts';
import { limitsWords } from '../display/limits-words.ts';
import type { Session } from '../session.ts';

interface LimitsOptions {
  outgoing?: number;
  incoming?: number;
  cluster?: number;
  reason?: string;
}

export function limits(program: Command, session: Session): void {
  program
    .command('limits')
    .description('show how many migrations may be under way at once, or change it; what is left out stays')
    .option('--outgoing <n>', 'how many may leave a host', parseWhole)
    .option('--incoming <n>', 'how many may arrive at a host', parseWhole)
    .option('--cluster <n>', 'how many may be under way in the cluster', parseWhole)
    .addOption(reasonOption())
    .action(async ({ outgoing, incoming, cluster, reason }: LimitsOptions) => {
      const changes = [outgoing, incoming, cluster].some((each) => each !== undefined);
      if (!changes && reason !== undefined) throw new UsageError('--reason is given, but nothing to change.');
      const answer = changes
        ? await session.client.setLimits({ outgoing, incoming, cluster, reason: reason ?? null })
        : (await session.client.queue()).limits;
      session.answer(answer, () => limitsWords(answer));
    });
}
