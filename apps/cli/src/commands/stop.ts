import type { Command } from 'commander';
import { reasonOption } from '../arguments.ts';
import { EXIT } from '../exit-codes.ts';
import type { Session } from '../session.ts';

export function stop(program: Command, session: Session): void {
  program
    .command('stop')
    .description('end the guest of a virtual machine, as pulling its plug would; a person at a terminal is asked first')
    .argument('<vm>', 'a virtual machine')
    .addOption(reasonOption())
    .option('-y, --yes', 'do not ask')
    .action(async (vm: string, { yes = false, reason }: { yes?: boolean; reason?: string }) => {
      const ask = session.terminal.interactive && !session.json && !yes;
      if (ask && !(await session.terminal.confirm(`End the guest of ${vm}?`))) {
        session.exitCode = EXIT.INTERRUPTED;
        return;
      }
      const stopped = await session.client.stopVirtualMachine(vm, { reason: reason ?? null });
      session.answer(stopped, () => `${session.ink('strong', vm)} is stopped.`);
    });
}
