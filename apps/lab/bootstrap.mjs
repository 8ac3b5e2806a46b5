// The one entry for a fresh clone: plain JavaScript without a dependency, because none may be installed yet.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const inRoot = (...parts) => join(root, ...parts);
const installed = (...parts) => inRoot('node_modules', ...parts);

/** What each command does once everything is in place. */
const commands = {
  demo: (args) => lab('demo', args),
  lab: (args) => lab('lab', args),
  bench: (args) => lab('bench', args),
  faults: (args) => lab('faults', args),
  test: (args) => node(installed('vitest', 'vitest.mjs'), 'run', ...args),
  check,
  verify: async (args) => (await check()) || commands.test(args),
  provision: () => 0,
};

function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Runs a program in the foreground, passes signals on to it, and answers with its exit code. */
function run(program, ...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: 'inherit' });
    const forward = (signal) => child.kill(signal);
    // From a terminal the whole group gets Ctrl-C already; then waiting for the child is all there is to do.
    const wait = () => (process.stdin.isTTY ? undefined : child.kill('SIGINT'));
    process.on('SIGTERM', forward).on('SIGHUP', forward).on('SIGINT', wait);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      process.off('SIGTERM', forward).off('SIGHUP', forward).off('SIGINT', wait);
      resolve(signal === null ? code : 128 + (signal === 'SIGINT' ? 2 : signal === 'SIGTERM' ? 15 : 9));
    });
  });
}

function node(...args) {
  return run(process.execPath, ...args);
}

class Stop extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

async function must(what, code) {
  if ((await code) !== 0) throw new Stop(await code, `${what} failed`);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Stop(1, `Node ${process.versions.node} is too old: Ferry needs 20.19 or newer (https://nodejs.org)`);
}

/** npm's own list of what it installed is as new as the lock file it installed from. */
function packagesAreInstalled(stamp, hash) {
  const list = installed('.package-lock.json');
  if (!existsSync(list)) return false;
  if (existsSync(stamp)) return readFileSync(stamp, 'utf8') === hash;
  return statSync(list).mtimeMs >= statSync(inRoot('package-lock.json')).mtimeMs;
}

async function installPackages() {
  const hash = createHash('sha256')
    .update(readFileSync(inRoot('package-lock.json')))
    .digest('hex');
  const stamp = installed('.ferry-lock-hash');
  if (!packagesAreInstalled(stamp, hash)) {
    const started = performance.now();
    await must('npm ci', run('npm', 'ci', '--no-audit', '--no-fund', '--loglevel=error'));
    say(`· npm packages … installed in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  }
  writeFileSync(stamp, hash);
}

function workflowsAreNewerThanTheirBundle() {
  const bundle = inRoot('apps', 'worker', 'dist', 'bundle', 'workflows.js');
  if (!existsSync(bundle)) return true;
  const built = ['workflows', 'libs/contracts', 'libs/domain'].map((room) => inRoot(room, 'tsconfig.tsbuildinfo'));
  return built.some((each) => statSync(each).mtimeMs > statSync(bundle).mtimeMs);
}

async function compile() {
  const started = performance.now();
  await must('tsc', node(installed('typescript', 'bin', 'tsc'), '-b'));
  if (workflowsAreNewerThanTheirBundle()) {
    await must('bundling the workflows', node(inRoot('apps', 'worker', 'dist', 'build-bundle.js')));
  }
  const seconds = (performance.now() - started) / 1000;
  if (seconds > 2) say(`· TypeScript … compiled in ${seconds.toFixed(1)} s`);
}

async function provision() {
  const module = await import(pathToFileURL(inRoot('apps', 'lab', 'dist', 'provision', 'provision.js')).href);
  const { guests } = await module.provision({ root, say });
  if (guests.real) return;
  for (const reason of guests.reasons) say(`· no real guests here: ${reason}`);
  if (process.env.CI === 'true') throw new Stop(1, 'in CI the real lab must run');
}

/** In this very process: it is then ours to be signalled or killed, and nobody's child is left behind. */
async function lab(command, args) {
  const main = inRoot('apps', 'lab', 'dist', 'main.js');
  process.argv = [process.execPath, main, command, ...args];
  await import(pathToFileURL(main).href);
}

/** All that can be told without running a test. */
async function check() {
  await must('prettier', node(installed('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.'));
  await must('eslint', node(installed('eslint', 'bin', 'eslint.js'), '.', '--max-warnings', '0'));
  await must('structure', run('npm', 'run', '--silent', 'structure'));
  return 0;
}

const [command = '', ...args] = process.argv.slice(2);
try {
  const chosen = Object.hasOwn(commands, command) ? commands[command] : undefined;
  if (!chosen)
    throw new Stop(64, `usage: node apps/lab/bootstrap.mjs <${Object.keys(commands).join('|')}> [arguments]`);
  checkNode();
  await installPackages();
  await compile();
  await provision();
  const code = await chosen(args);
  if (code !== undefined) process.exitCode = code;
} catch (error) {
  say(error instanceof Stop || error?.name === 'ProvisioningFailed' ? error.message : (error?.stack ?? String(error)));
  process.exitCode = error instanceof Stop ? error.code : 1;
}
