import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { controlLine } from './control-line.ts';
import { EchoSession } from './echo-session.ts';
import { PingTally } from './ping-tally.ts';
import type { ProbeAnswer, ProbeCommand, ProbeCommands, ProbeRequest } from './probe-messages.ts';

// The program that runs in the client's namespace: `client-program.js <guest's address>`. It ends with its input.
const [, , address = ''] = process.argv;
const echoPort = 7;
const controlPort = 9000;
// iputils' ping keeps a whole core busy at this rate, which the guest would miss.
const pingEvery = ['-l', '-D', '-p', '10', '-t', '2000'];

const pings = new PingTally(Date.now());
let session: EchoSession | undefined;
let ping: ChildProcess | undefined;

type Executors = { [C in ProbeCommand]: (input: ProbeCommands[C]['input']) => Promise<ProbeCommands[C]['answer']> };
const executors: Executors = {
  async open({ withinMs }) {
    session = await EchoSession.open(address, echoPort, withinMs);
    // What it complains of while the guest is away is what is being measured.
    const pinging = spawn('fping', [...pingEvery, address], { stdio: ['ignore', 'pipe', 'ignore'] });
    process.once('exit', () => pinging.kill('SIGKILL'));
    ping = pinging;
    const lines = createInterface(pinging.stdout);
    lines.on('line', (line) => pings.line(line));
    await new Promise((resolve) => lines.once('line', resolve));
    pings.reset(Date.now());
    return null;
  },
  async report() {
    if (session === undefined) throw new Error('the session has not been opened');
    const report = await session.report();
    return { session: report, ping: pings.report(Date.now()) };
  },
  reset() {
    session?.reset();
    pings.reset(Date.now());
    return Promise.resolve(null);
  },
  async rest() {
    session?.close();
    if (ping === undefined) return null;
    const ended = once(ping, 'exit');
    ping.kill('SIGKILL');
    ping = undefined;
    await ended;
    return null;
  },
  control: ({ line }) => controlLine(address, controlPort, line),
};

async function execute<C extends ProbeCommand>(command: C, input: ProbeCommands[C]['input']): Promise<unknown> {
  return executors[command](input);
}

function answer(message: ProbeAnswer): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

const requests = createInterface(process.stdin);
requests.on('line', (line) => {
  const { id, command, input } = JSON.parse(line) as ProbeRequest;
  execute(command, input).then(
    (value) => answer({ id, answer: value }),
    (error: unknown) => answer({ id, error: error instanceof Error ? error.message : String(error) }),
  );
});
requests.once('close', () => process.exit(0));
