import type { Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import type { Session } from '../session.ts';

export function stop(program: Command, session: Session): void {
  program
    .command('stop')
    .description('end the guest of a virtual machine, as pulling its plug would; a person at a terminal is asked first')
    .argument('<vm>', 'a virtual machine')
    .option('-y, --yes', 'do not ask')
    .action(async (vm: string, { yes = false }: { yes?: boolean }) => {
      const ask = session.terminal.interactive && !session.json && !yes;
      if (ask && !(await session.terminal.confirm(`End the guest of ${vm}?`))) {
        session.exitCode = EXIT.INTERRUPTED;
        return;
      }
      await session.client.stopVirtualMachine(vm);
      session.answer({ vm }, () => `${session.ink('strong', vm)} is stopped.`);
    });
}
