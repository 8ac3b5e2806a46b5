import type { VirtualMachineDefinition } from '@ferry/domain';
import { setStage, type Stage } from './stage.ts';

/** Stages that are used again as long as they are as good as new. */
export class Stages {
  readonly #definition: VirtualMachineDefinition;
  readonly #free = new Map<boolean, Stage[]>([
    [true, []],
    [false, []],
  ]);

  constructor(definition: VirtualMachineDefinition) {
    this.#definition = definition;
  }

  async take(imageLocks: boolean): Promise<Stage> {
    return this.#free.get(imageLocks)?.pop() ?? (await setStage(this.#definition, imageLocks));
  }

  async giveBack(stage: Stage, asBefore: boolean): Promise<void> {
    if (asBefore) this.#free.get(stage.imageLocks)?.push(stage);
    else await stage.close();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#free.values()].flat().map((stage) => stage.close()));
  }
}
