import type { PreflightReport } from '@ferry/contracts/http';
import type { Command } from 'commander';
import { printable, type Ink } from '../display/ink.ts';
import { EXIT } from '../exit-codes.ts';
import type { Session } from '../session.ts';

type Finding = PreflightReport['source']['findings'][number];

export function preflight(program: Command, session: Session): void {
  program
    .command('preflight')
    .description('say whether, and where to, a virtual machine could move, and why not elsewhere; touches nothing')
    .argument('<vm>', 'a virtual machine')
    .option('--to <host...>', 'the destinations; all other hosts unless given')
    .action(async (vm: string, { to }: { to?: string[] }) => {
      const report = await session.client.preflight(vm, { destinations: to ?? null });
      session.answer(report, () => describe(session.ink, report));
      const possible = ({ possible }: { possible: boolean }) => possible;
      const { destinations } = report;
      // Who names hosts means each of them.
      const goes = to === undefined ? destinations.some(possible) : destinations.every(possible);
      if (!goes) session.exitCode = EXIT.REFUSED;
    });
}

function describe(ink: Ink, { vm, source, destinations }: PreflightReport): string {
  const head = `${ink('strong', vm)} runs on ${source.host}.`;
  const there = destinations.map(({ host, possible, findings }) => {
    const verdict = possible ? ink('good', '✓ could take it') : ink('bad', '✗ could not take it');
    return [`${ink('strong', host)} ${verdict}`, ...lines(ink, findings)];
  });
  if (destinations.length === 0) there.push(['There is no other host.']);
  return [head, ...lines(ink, source.findings), ...there.flat()].join('\n');
}

function lines(ink: Ink, findings: readonly Finding[]): string[] {
  return findings.flatMap(({ code, severity, title, facts, remedy }) => [
    `  ${ink(severity === 'error' ? 'bad' : 'warning', severity)} ${code}: ${title}.`,
    `    ${printable(facts)}`,
    `    ${ink('faint', remedy)}`,
  ]);
}
