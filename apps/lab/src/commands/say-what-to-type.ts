import type { Terminal } from '../terminal.ts';

/** Tells how to go on: with the lab that is up, or how to get one. */
export function sayWhatToType(terminal: Terminal, up: { name: string; apiUrl: string } | null): void {
  terminal.heading('What to type next');
  if (up === null) {
    terminal.command('npm run lab', 'keeps such a lab up, to play with');
    terminal.command('npm run demo -- --keep', 'leaves this one up at the end');
    terminal.command('npm test', 'what else was promised, and whether it holds');
    return;
  }
  terminal.command(`export FERRY_API_URL=${up.apiUrl}`, 'in the shell from which you ask');
  terminal.command('npm run -s ferry -- hosts', 'who is there');
  terminal.command('npm run -s ferry -- vms', 'what runs where');
  terminal.command('npm run -s ferry -- migrate web-1 --to host-b --watch', 'move it, and look on');
  terminal.command('npm run -s ferry -- audit', 'who did what, and when');
  terminal.command(`npm run lab -- down ${up.name}`, 'takes it down');
}
