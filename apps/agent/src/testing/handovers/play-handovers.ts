import type { VirtualMachineDefinition } from '@ferry/domain';
import { playHandover, type PlayedHandover } from './play-handover.ts';
import { Stages } from './stages.ts';

/** Plays the handovers of these seeds, some at once, and tells of each when it has ended. */
export async function playHandovers(
  definition: VirtualMachineDefinition,
  seeds: Iterable<number>,
  atOnce: number,
  told: (played: PlayedHandover) => void,
): Promise<void> {
  const stages = new Stages(definition);
  // All lanes draw from one and the same iterator.
  const left = seeds[Symbol.iterator]();
  const lane = async () => {
    for (let next = left.next(); next.done !== true; next = left.next()) told(await playHandover(stages, next.value));
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, lane));
  } finally {
    await stages.close();
  }
}
