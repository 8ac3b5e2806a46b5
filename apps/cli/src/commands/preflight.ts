import type { PreflightReport } from '@ferry/contracts/http';
import type { Command } from 'commander';
import { FLEET_COLUMNS } from '../display/fleet-columns.ts';
import { printable, type Ink } from '../display/ink.ts';
import { table } from '../display/table.ts';
import { EXIT } from '../exit-codes.ts';
import type { Session } from '../session.ts';

type Finding = PreflightReport['source']['findings'][number];

export function preflight(program: Command, session: Session): void {
  program
    .command('preflight')
    .description('say whether, and where to, a virtual machine could move, and why not elsewhere; touches nothing')
    .argument('[vm]', 'a virtual machine')
    .option('--all', 'each virtual machine that runs, as if it were the only one to move')
    .option('--to <host...>', 'the destinations; all other hosts unless given')
    .action(async (vm: string | undefined, { to, all }: { to?: string[]; all?: true }, command: Command) => {
      if ((vm === undefined) === (all === undefined)) command.error('error: name a virtual machine, or say --all');
      const { goes } = vm === undefined ? await ofAll(session, to) : await ofOne(session, vm, to);
      if (!goes) session.exitCode = EXIT.REFUSED;
    });
}

/** Whether it could move as asked. */
interface Verdict {
  goes: boolean;
}

async function ofOne(session: Session, vm: string, to: string[] | undefined): Promise<Verdict> {
  const report = await session.client.preflight(vm, { destinations: to ?? null });
  session.answer(report, () => describe(session.ink, report));
  return { goes: goesAsAsked(report, to) };
}

async function ofAll(session: Session, to: string[] | undefined): Promise<Verdict> {
  const fleet = await session.client.preflightAll({ destinations: to ?? null });
  const reports = fleet.virtualMachines;
  const width = session.terminal.interactive ? session.terminal.columns : Infinity;
  session.answer(fleet, () =>
    reports.length === 0 ? 'No virtual machine runs.' : table(session.ink, FLEET_COLUMNS, reports, width),
  );
  return { goes: reports.every((report) => goesAsAsked(report, to)) };
}

function goesAsAsked({ destinations }: PreflightReport, to: string[] | undefined): boolean {
  const possible = ({ possible }: { possible: boolean }) => possible;
  // Who names hosts means each of them.
  return to === undefined ? destinations.some(possible) : destinations.every(possible);
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
