import { Command, CommanderError } from 'commander';
import { audit } from './commands/audit.ts';
import { cancel } from './commands/cancel.ts';
import { cluster } from './commands/cluster.ts';
import { clusters } from './commands/clusters.ts';
import { decide } from './commands/decide.ts';
import { force } from './commands/force.ts';
import { hold } from './commands/hold.ts';
import { hosts } from './commands/hosts.ts';
import { limits } from './commands/limits.ts';
import { migrate } from './commands/migrate.ts';
import { migrations } from './commands/migrations.ts';
import { preflight } from './commands/preflight.ts';
import { queue } from './commands/queue.ts';
import { rehearse } from './commands/rehearse.ts';
import { release } from './commands/release.ts';
import { resume } from './commands/resume.ts';
import { show } from './commands/show.ts';
import { start } from './commands/start.ts';
import { stop } from './commands/stop.ts';
import { tune } from './commands/tune.ts';
import { vms } from './commands/vms.ts';
import { watch } from './commands/watch.ts';
import { failureWords, showFailure, UsageError } from './display/failure-words.ts';
import { createInk } from './display/ink.ts';
import { EXIT, EXIT_MEANING, type ExitCode } from './exit-codes.ts';
import { Session } from './session.ts';
import type { Terminal } from './terminal.ts';

/** One command each, in the order of the help. */
const COMMANDS = [
  clusters,
  cluster,
  hosts,
  vms,
  start,
  stop,
  preflight,
  rehearse,
  migrate,
  migrations,
  show,
  watch,
  hold,
  release,
  force,
  tune,
  cancel,
  resume,
  decide,
  queue,
  limits,
  audit,
];

/**
 * Runs `ferry` with these arguments and never throws: what goes wrong is said at standard error.
 * `environment` is the process's own unless given.
 */
export async function run(
  args: readonly string[],
  terminal: Terminal,
  environment?: NodeJS.ProcessEnv,
): Promise<ExitCode> {
  const session = new Session(terminal, environment);
  // Known before anything is parsed: also a mistake in the arguments is told to programs in JSON.
  session.json = args.includes('--json');
  const program = createProgram(session);
  try {
    await program.parseAsync(args, { from: 'user' });
    return session.exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.OK;
    // Commander has said already what it is about.
    if (error instanceof CommanderError && !session.json) return EXIT.USAGE;
    const mistake = error instanceof CommanderError ? new UsageError(error.message.replace(/^error: /, '')) : error;
    const { exitCode, ...words } = failureWords(mistake);
    const text = session.json ? JSON.stringify({ error: words }) : showFailure(createInk(terminal.colour.err), words);
    terminal.err(`${text}\n`);
    return exitCode;
  }
}

function createProgram(session: Session): Command {
  const program = new Command('ferry')
    .description('Moves running virtual machines between hosts.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        session.terminal.out(text);
      },
      writeErr: (text) => {
        if (!session.json) session.terminal.err(text);
      },
    })
    .showHelpAfterError('(add --help for what is allowed)')
    .addHelpText('after', helpOnSettingsAndExitCodes());
  for (const add of COMMANDS) {
    add(program, session);
  }
  // A group answers nothing itself.
  for (const command of program.commands.flatMap((each) => (each.commands.length > 0 ? each.commands : each))) {
    command.option('--json', 'answer in JSON, for programs');
  }
  program.hook('preAction', (_program, command) => {
    session.json = command.opts<{ json?: boolean }>().json === true;
  });
  return program;
}

function helpOnSettingsAndExitCodes(): string {
  const codes = Object.entries(EXIT_MEANING).map(([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`);
  return [
    '',
    'A migration may be named by its id, by four or more characters of its beginning or end, or by its VM, which',
    'means the latest migration of that VM.',
    '',
    'Settings:',
    '  FERRY_API_URL  where the API listens (http://127.0.0.1:8080)',
    '  FERRY_ACTOR    who asks, as the audit history will have it (your login name)',
    '  NO_COLOR       no colours if it is set',
    '',
    'Exit codes:',
    ...codes,
  ].join('\n');
}
