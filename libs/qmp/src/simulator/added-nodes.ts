import type { BlockNodeInfo, Commands } from '../protocol.ts';
import { CommandError } from './command-error.ts';
import { describeEmptyNode } from './inventory.ts';

interface Node {
  bytes: number;
  granularities: Map<string, number>;
}

/** Block nodes without a file (`null-co`), added at run time, and their bitmaps: what a transfer carries without sending it before its end. */
export class AddedNodes {
  readonly #nodes = new Map<string, Node>();

  add(args: Commands['blockdev-add']['arguments']): void {
    const { driver, 'node-name': name = '', size } = args as typeof args & { size?: number };
    if (driver !== 'null-co') throw new CommandError('the simulator takes its disks from the command line only');
    if (this.#nodes.has(name)) throw new CommandError(`Duplicate nodes with node-name='${name}'`);
    this.#nodes.set(name, { bytes: size ?? 1024 ** 3, granularities: new Map() });
  }

  addBitmap({ node, name, granularity = 65_536 }: Commands['block-dirty-bitmap-add']['arguments']): void {
    const found = this.#nodes.get(node);
    if (!found) throw new CommandError(`Cannot find device='${node}' nor node-name='${node}'`);
    if (found.granularities.has(name)) throw new CommandError(`Bitmap already exists: ${name}`);
    found.granularities.set(name, granularity);
  }

  /** As QEMU counts what is left of its bitmaps: a byte for each of their bits. */
  get pendingBytes(): number {
    const each = [...this.#nodes.values()].flatMap(({ bytes, granularities }) =>
      [...granularities.values()].map((granularity) => Math.ceil(bytes / granularity)),
    );
    return each.reduce((sum, bytes) => sum + bytes, 0);
  }

  describe(): BlockNodeInfo[] {
    return [...this.#nodes].map(([name, { bytes, granularities }]) => ({
      ...describeEmptyNode(name, bytes),
      'dirty-bitmaps': [...granularities].map(([bitmap, granularity]) => ({
        ...{ name: bitmap, count: 0, granularity, recording: true, busy: false, persistent: false },
      })),
    }));
  }
}
