import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { DEFAULT_POLICY, ownerOf, type MigrationPlan, type MigrationPolicy } from '@ferry/domain';
import { SeededRandom } from '@ferry/qmp/simulator';
import { startVirtualMachine } from '../../deeds/start-virtual-machine.ts';
import { conduct, type Outcome } from './conduct.ts';
import { isParkedByRight, judgeHandover } from './judge-handover.ts';
import { layAmbush } from './make-mischief.ts';
import { drawScript, type Mischief, type Script } from './mischief.ts';
import type { Cast, Stage } from './stage.ts';
import type { Stages } from './stages.ts';

/** What became of a run. */
export interface PlayedHandover {
  readonly script: Script;
  readonly outcome: Outcome;
  readonly struck: readonly Mischief['kind'][];
  /** What speaks against it; nothing if it is green. */
  readonly against: readonly string[];
  readonly tookMs: number;
}

const parkedAfterMs = 15_000;
/** Far more than any run needs. */
const endlessAfterMs = 90_000;

/** Plays the handover of that seed, and then one that nobody disturbs: it has to succeed whatever happened before. */
export async function playHandover(stages: Stages, seed: number): Promise<PlayedHandover> {
  const began = performance.now();
  const random = new SeededRandom(seed);
  const script = drawScript(seed, random);
  let stage: Stage | null = null;
  const struck = new Set<Mischief>();
  const told = (outcome: Outcome, against: readonly string[]) => ({
    script,
    outcome,
    struck: [...struck].map(({ kind }) => kind),
    against,
    tookMs: Math.round(performance.now() - began),
  });
  try {
    stage = await stages.take(script.imageLocks);
    const { outcome, against, asBefore } = await orEndless(stage, play(stage, script, random, struck));
    await stages.giveBack(stage, asBefore);
    return told(outcome, against);
  } catch (error) {
    if (stage !== null) await stages.giveBack(stage, false);
    return told('parked, INTERNAL', [`could not be played: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

/** What never ends is told, with what its agents are doing, and holds up no other. */
async function orEndless(stage: Stage, playing: ReturnType<typeof play>): ReturnType<typeof play> {
  let timer: NodeJS.Timeout | undefined;
  const endless = new Promise<never>((_, reject) => {
    const give = () => reject(new Error(`no end: ${stage.agents.map((agent) => agent.whereabouts()).join('; ')}`));
    timer = setTimeout(give, endlessAfterMs);
  });
  return Promise.race([playing, endless]).finally(() => clearTimeout(timer));
}

async function play(stage: Stage, script: Script, random: SeededRandom, struck: Set<Mischief>) {
  const cast = await castOf(stage);
  await writeFile(stage.runLog, '');
  const ambush = layAmbush(stage, cast, script, struck);
  const plan = planOf(stage, cast, { ...script, downtimeLimitMs: 50 });
  const outcome = await conduct({ ...script, ...cast, plan, cancelled: ambush.cancelled, random, parkedAfterMs });
  await ambush.end();
  const ended = { stage, cast, struck, outcome };
  // Only a person can end that; the stage is of no more use.
  if (isParkedByRight(ended)) return { outcome, against: [], asBefore: false };
  const against = await judgeHandover(ended);
  if (against.length === 0) against.push(...(await moveAgain(stage, random)));
  return { outcome, against, asBefore: against.length === 0 };
}

/** A guest that died is started first. */
async function moveAgain(stage: Stage, random: SeededRandom): Promise<string[]> {
  const cast = await castOf(stage);
  // From here on no copy was killed.
  await writeFile(stage.runLog, '');
  const { definition } = stage;
  await cast.source.ask((agent) => startVirtualMachine(agent, { definition, savedState: null }));
  const plan = planOf(stage, cast, {});
  const cancelled = new AbortController().signal;
  const outcome = await conduct({ ...cast, plan, cancelled, random, parkedAfterMs, twice: 0, late: 0 });
  if (outcome !== 'completed') return [`the next migration: ${outcome}`];
  return judgeHandover({ stage, cast, struck: new Set(), outcome });
}

/** The guest is moved away from where it is. */
async function castOf({ agents, definition }: Stage): Promise<Cast> {
  const observer = await agents[0].settled();
  const owner = ownerOf(await observer.witness.read(definition.id));
  const [a, b] = agents;
  return owner === b.host ? { source: b, destination: a } : { source: a, destination: b };
}

function planOf({ definition }: Stage, { source, destination }: Cast, policy: Partial<MigrationPolicy>): MigrationPlan {
  return {
    migration: randomUUID(),
    vm: definition.id,
    source: source.host,
    destination: destination.host,
    policy: { ...DEFAULT_POLICY, ...policy },
    gate: 'open',
    revision: 1,
    epoch: 1,
  };
}
