import type { HandedConfiguration, Listening } from '@ferry/contracts';
import {
  finding,
  FINDINGS,
  hasErrors,
  PHASE_TITLE,
  postCopyObstacle,
  type Finding,
  type MigrationPlan,
  type PhaseReport,
  type RehearsalFigures,
} from '@ferry/domain';
import { refusal } from '../failure.ts';
import { controlOf, destinationTransferOf, sourceTransferOf } from '../hosts.ts';
import { probeMigrationNetwork } from '../preflight/probe-migration-network.ts';
import type { MigrationRun } from './migration-run.ts';
import { runPhase } from './run-phase.ts';

/** Checks both hosts. Nothing has been touched yet; an error among the findings ends the migration here. */
export async function preflight(run: MigrationRun, plan: MigrationPlan): Promise<void> {
  await runPhase(run, plan, 'preflight', async () => {
    const summary = PHASE_TITLE.preflight;
    const [source, destination] = [controlOf(plan.source, summary), controlOf(plan.destination, summary)];
    const probing = probeMigrationNetwork(source, destination);
    // Looked at in its turn, unless the source ends it before.
    probing.catch(() => undefined);
    const atSource = await source.inspectSource(run.plan, {});
    const { configuration, host } = atSource.result;
    const findings = [...atSource.result.findings, ...ofThePolicy(plan)];
    if (configuration === null) return judge(atSource, findings);
    const [atDestination, unreachable] = await Promise.all([
      destination.inspectDestination(run.plan, { configuration, source: host }),
      probing,
    ]);
    return judge({ ...atSource, finishedAt: atDestination.finishedAt }, [
      ...findings,
      ...atDestination.result.findings,
      ...unreachable,
    ]);
  });
}

/** What the policy itself gives reason to. */
function ofThePolicy({ policy, source, destination }: MigrationPlan): Finding[] {
  const obstacle = postCopyObstacle(policy);
  const findings = obstacle === null ? [] : [finding('POST_COPY_IMPOSSIBLE', source, obstacle)];
  if (policy.stream !== 'plain-text') return findings;
  return [
    ...findings,
    finding('STREAM_IN_PLAIN_TEXT', source, `The policy asks for plain text from here to ${destination}.`),
  ];
}

function judge(report: PhaseReport<unknown>, findings: Finding[]): PhaseReport<{ findings: Finding[] }> {
  if (hasErrors(findings)) throw refusal('PREFLIGHT_FAILED', findings.map(inWords).join(' '));
  return { ...report, result: { findings } };
}

function inWords({ code, host, facts }: Finding): string {
  return `${code} on ${host}: ${FINDINGS[code].title}. ${facts} ${FINDINGS[code].remedy}`;
}

type Reading = Promise<PhaseReport<HandedConfiguration>>;

/** Begins to read the configuration. It touches nothing but a key of the source's own, so it need not wait for the checks. */
export function readConfiguration(plan: MigrationPlan): Reading {
  const reading = controlOf(plan.source, PHASE_TITLE['transfer-configuration']).transferConfiguration(plan, {});
  // Its turn comes after the checks, or never.
  reading.catch(() => undefined);
  return reading;
}

export async function transferConfiguration(
  run: MigrationRun,
  plan: MigrationPlan,
  reading: Reading,
): Promise<HandedConfiguration> {
  let first: Reading | null = reading;
  return runPhase(run, plan, 'transfer-configuration', () => {
    const attempt = first ?? readConfiguration(plan);
    first = null;
    return attempt;
  });
}

export async function createDestination(
  run: MigrationRun,
  plan: MigrationPlan,
  handed: HandedConfiguration,
): Promise<Listening> {
  const phase = 'create-destination';
  run.undo.register({
    host: plan.destination,
    title: 'Destroying the half-built destination VM',
    deed: async () => {
      await controlOf(plan.destination, 'Destroying the half-built destination VM').discardDestination(run.plan);
    },
  });
  return runPhase(run, plan, phase, () =>
    destinationTransferOf(plan.destination, PHASE_TITLE[phase]).createDestination(run.plan, handed),
  );
}

export async function transferMemory(run: MigrationRun, plan: MigrationPlan, destination: Listening): Promise<void> {
  const phase = 'transfer-memory';
  await runPhase(run, plan, phase, () =>
    sourceTransferOf(plan.source, PHASE_TITLE[phase]).transferMemory(run.plan, destination),
  );
}

/** As far as a migration comes without the guest's noticing. */
export async function rehearseMemory(
  run: MigrationRun,
  plan: MigrationPlan,
  destination: Listening,
): Promise<RehearsalFigures> {
  const phase = 'transfer-memory';
  return runPhase(run, plan, phase, () =>
    sourceTransferOf(plan.source, PHASE_TITLE[phase]).rehearseMemory(run.plan, destination),
  );
}
