import { Command, InvalidArgumentError, Option } from 'commander';
import { benchCommand, type BenchOptions } from './commands/bench-command.ts';
import { benchDeathsCommand } from './commands/bench-deaths-command.ts';
import { benchHoldCommand } from './commands/bench-hold-command.ts';
import { benchMovesCommand } from './commands/bench-moves-command.ts';
import { benchPreflightCommand } from './commands/bench-preflight-command.ts';
import { demoCommand, type DemoOptions } from './commands/demo-command.ts';
import { faultsCommand, type FaultsOptions } from './commands/faults-command.ts';
import { handoversCommand, type HandoversOptions } from './commands/handovers-command.ts';
import { labDownCommand } from './commands/lab-down-command.ts';
import { labStatusCommand } from './commands/lab-status-command.ts';
import { labUpCommand } from './commands/lab-up-command.ts';
import { readConfig } from './config.ts';
import { Interrupted } from './interruption.ts';
import { LAB_STORAGE, type LabStorage } from './lab-storage.ts';
import { Terminal } from './terminal.ts';

interface BenchMeans {
  preflight?: true;
  moves?: number;
  hold?: number;
  deaths?: number;
  storage: LabStorage;
}

const terminal = new Terminal();
const simulated = ['--simulated', 'take the stand-in for QEMU, without namespaces'] as const;

const storage = new Option('--storage <kind>', 'what guests’ disks lie on').choices(LAB_STORAGE).default('files');

const program = new Command('npm run').description('The one-machine data centre.').helpCommand(false);
program
  .command('demo')
  .description('a guest moves while its client talks to it; every promise is checked')
  .option('--keep', 'leave everything up at the end')
  .option(...simulated)
  .action(async (options: DemoOptions) => {
    process.exitCode = await demoCommand(options, readConfig(), terminal);
  });
program
  .command('bench')
  .description('the numbers: Ferry against a bare script, in turns on the same machine')
  .option('--pairs <number>', 'how many of each; 30 where nothing is said, 12 with --prediction', wholeNumber)
  .addOption(new Option('--stream <kind>', 'only by this one; else by both').choices(['plain-text', 'encrypted']))
  .option('--prediction', 'instead: so many transfers, and how well their time was predicted')
  .option('--preflight', 'instead: how long it takes to say where one VM could go, and where each of many could')
  .option('--moves <number>', 'instead: so many moves of one guest back and forth, whole after each', wholeNumber)
  .addOption(storage)
  .option(
    '--deaths <number>',
    'instead: how soon a guest goes on when an agent, or a host, dies in its blackout',
    wholeNumber,
  )
  .option(
    '--hold <seconds>',
    'instead: two guests held before their switchover for so long, and what that costs',
    wholeNumber,
  )
  .option('--json', 'print one object, and the progress on stderr')
  .action(async ({ preflight, moves, hold, deaths, storage, ...options }: BenchOptions & BenchMeans) => {
    const told = options.json ? new Terminal((text) => process.stderr.write(text), false) : terminal;
    const config = readConfig();
    const measured = () => {
      if (moves !== undefined) return benchMovesCommand({ ...options, moves, storage }, config, told);
      if (storage !== 'files' && (hold ?? deaths ?? preflight) !== undefined)
        throw new RangeError('--storage goes with the pairs, and with --moves');
      if (hold !== undefined) return benchHoldCommand({ ...options, hold }, config, told);
      if (deaths !== undefined) return benchDeathsCommand({ ...options, deaths }, config, told);
      return preflight
        ? benchPreflightCommand(options, config, told)
        : benchCommand({ ...options, storage }, config, told);
    };
    process.exitCode = await measured();
  });
program
  .command('faults')
  .description('the fault matrix: whatever is struck, whenever, the promises hold')
  .option(
    '--only <text>',
    'only cells whose name has this in it, or one of these, separated by commas: "worker · memory"',
  )
  .option('--seed <number>', 'the order, and the small delays', wholeNumber, 1)
  .option('--repeat <number>', 'each cell this often', wholeNumber, 1)
  .option(
    '--runs <number>',
    'with --simulated: so many seeded handovers of the agents alone, instead of cells',
    wholeNumber,
  )
  .option('--json', 'print one object, and the progress on stderr')
  .addOption(storage)
  .option(...simulated)
  .action(async (options: FaultsOptions & Partial<HandoversOptions>) => {
    const told = options.json ? new Terminal((text) => process.stderr.write(text), false) : terminal;
    const { runs, simulated = false } = options;
    if (runs !== undefined && !simulated) throw new RangeError('--runs needs --simulated');
    if (runs !== undefined) {
      process.exitCode = await handoversCommand({ ...options, runs }, told);
      return;
    }
    process.exitCode = await faultsCommand(options, readConfig(), told);
  });
const lab = program.command('lab').description('a lab to play with');
lab
  .command('up', { isDefault: true })
  .description('bring one up and keep it until Ctrl-C')
  .addOption(storage)
  .option(...simulated)
  .action(async (options: { simulated?: boolean; storage: LabStorage }) => {
    process.exitCode = await labUpCommand(options, readConfig(), terminal);
  });
lab
  .command('down')
  .argument('[name]', 'only this one')
  .description('take down what is up, and what a killed run has left')
  .action(async (name: string | undefined) => {
    process.exitCode = await labDownCommand(name, terminal);
  });
lab
  .command('status')
  .description('say which labs are up')
  .action(async () => {
    process.exitCode = await labStatusCommand(terminal);
  });

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It must be a number from 1 to 999999.');
  return Number(text);
}

try {
  await program.parseAsync();
} catch (error) {
  terminal.warning(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof Interrupted ? 130 : 1;
}
// Sockets that a lab has cut off may linger.
process.exit();
