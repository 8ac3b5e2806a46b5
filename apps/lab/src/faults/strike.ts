import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { agentName, processNames } from '../control-plane.ts';
import { guestProcess } from '../guest-process.ts';
import type { LabLayout } from '../lab-layout.ts';
import type { LabPart } from '../lab-part.ts';
import { breakLink } from './break-link.ts';
import type { Cell } from './cell.ts';
import { cover, uncover } from '../cover.ts';
import { hangFolder } from './hang-folder.ts';
import { FAULT_LASTS_MS, type Move } from './scene.ts';
import type { Target, WayOf } from './target.ts';

/** A fault that is there. */
export interface Fault {
  /** How long it is to stay, in ms. */
  readonly lastsMs: number;
  /** Takes it away, and waits until that is done. */
  mend(): Promise<void>;
}

type Deed = (move: Move) => Promise<Fault>;
type Part = (move: Move) => LabPart;

const PART = {
  api: ({ lab }) => lab.part(processNames.api),
  worker: ({ lab }) => lab.part(processNames.worker),
  temporal: ({ lab }) => lab.part(processNames.temporal),
  postgres: ({ lab }) => lab.part(processNames.postgres),
  'source agent': ({ lab, source }) => lab.part(agentName(source)),
  'destination agent': ({ lab, destination }) => lab.part(agentName(destination)),
} as const satisfies Partial<Record<Target, Part>>;

const STRIKE: { [T in Target]: Record<WayOf<T>, Deed> } = {
  api: deedsOn(PART.api),
  worker: deedsOn(PART.worker),
  temporal: deedsOn(PART.temporal),
  postgres: deedsOn(PART.postgres),
  'source agent': deedsOn(PART['source agent']),
  'destination agent': deedsOn(PART['destination agent']),
  'source QEMU': deedsOnCopy('source'),
  'destination QEMU': deedsOnCopy('destination'),
  'migration link': { cut: onLink('cut'), muted: onLink('muted'), slow: onLink('slow') },
  witness: {
    away: async ({ lab }) => {
      const { witness } = lab.layout;
      await rename(witness, `${witness}.away`);
      return { lastsMs: FAULT_LASTS_MS.lasting, mend: () => rename(`${witness}.away`, witness) };
    },
    'read-only': covering(({ witness }) => witness, 'read-only'),
    empty: covering(({ witness }) => witness, 'empty'),
    hanging: async ({ lab }) => ({
      lastsMs: FAULT_LASTS_MS.lasting,
      mend: await hangFolder(lab.layout.witness),
    }),
  },
  'shared storage': {
    'read-only': covering(({ storagePool }) => storagePool, 'read-only'),
    empty: covering(({ storagePool }) => storagePool, 'empty'),
  },
};

/** Strikes now. */
export function strike({ target, way }: Cell, move: Move): Promise<Fault> {
  return (
    (STRIKE[target] as Record<string, Deed>)[way]?.(move) ?? Promise.reject(new Error(`${target} can't be ${way}`))
  );
}

/**
 * Starts a struck process again that did not survive being frozen, as the supervisor of an installation would.
 * @returns whether it had to
 */
export async function supervise({ target }: Cell, move: Move): Promise<boolean> {
  const part = target in PART ? PART[target as keyof typeof PART](move) : null;
  if (part?.isAlive() ?? true) return false;
  await part?.restart();
  return true;
}

function deedsOn(part: Part): Record<'killed' | 'frozen', Deed> {
  return {
    killed: async (move) => {
      await part(move).kill9();
      return { lastsMs: FAULT_LASTS_MS.killed, mend: () => part(move).restart() };
    },
    frozen: (move) => {
      part(move).freeze();
      return lasting(() => part(move).thaw());
    },
  };
}

/** A copy that has ended in order meanwhile can't be struck any more, which does no harm to the cell. */
function deedsOnCopy(side: 'source' | 'destination'): Record<'killed for good' | 'frozen', Deed> {
  const copyOf = (move: Move) => guestProcess(move.lab.layout, move[side], move.guest);
  return {
    'killed for good': async (move) => {
      await copyOf(move)?.kill9();
      return { lastsMs: 0, mend: () => Promise.resolve() };
    },
    frozen: (move) => {
      const copy = copyOf(move);
      copy?.freeze();
      return lasting(() => copy?.thaw());
    },
  };
}

function lasting(thaw: () => void): Promise<Fault> {
  const mend = () => {
    thaw();
    return Promise.resolve();
  };
  return Promise.resolve({ lastsMs: FAULT_LASTS_MS.lasting, mend });
}

/** As when a mount turns read-only, or is lost: what opens something there from now on is refused. */
function covering(folderOf: (layout: LabLayout) => string, way: 'read-only' | 'empty'): Deed {
  return async ({ lab: { layout } }) => {
    await cover(folderOf(layout), way, join(layout.root, 'empty'));
    return { lastsMs: FAULT_LASTS_MS.lasting, mend: () => uncover(layout.root) };
  };
}

function onLink(way: WayOf<'migration link'>): Deed {
  return async (move) => ({
    lastsMs: FAULT_LASTS_MS.lasting,
    mend: await breakLink(move.lab.network, move, way),
  });
}
