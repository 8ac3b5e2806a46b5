import type { BlockNodeInfo, Commands } from '../protocol.ts';
import { CommandError } from './command-error.ts';
import { blockNodeOf, type BlockNode } from './command-line.ts';
import { describeEmptyNode } from './inventory.ts';

interface Node {
  bytes: number;
  granularities: Map<string, number>;
}

/** What the nodes that a command line has are part of. */
interface Images {
  readonly nodes: BlockNode[];
  /** Takes the lock of a node's file. */
  take(node: BlockNode): void;
  letGo(node: BlockNode): void;
  isUsed(name: string): boolean;
}

/**
 * Block nodes added at run time: on files, to be disks; and without one (`null-co`), whose bitmaps a transfer carries without
 * sending them before its end.
 */
export class AddedNodes {
  readonly #nodes = new Map<string, Node>();
  readonly #images: Images;

  constructor(images: Images) {
    this.#images = images;
  }

  add(args: Commands['blockdev-add']['arguments']): void {
    const { driver, 'node-name': name = '', size, ...options } = args as typeof args & { size?: number };
    if (this.#nodes.has(name) || this.#images.nodes.some(({ nodeName }) => nodeName === name))
      throw new CommandError(`Duplicate nodes with node-name='${name}'`);
    if (driver === 'null-co') this.#nodes.set(name, { bytes: size ?? 1024 ** 3, granularities: new Map() });
    else this.#addImage({ ...options, driver, 'node-name': name });
  }

  remove(name: string): void {
    if (this.#nodes.delete(name)) return;
    const { nodes } = this.#images;
    const node = nodes.find(({ nodeName }) => nodeName === name);
    if (!node) throw new CommandError(`Failed to find node with node-name='${name}'`);
    if (this.#images.isUsed(name) || nodes.some(({ file }) => file === name))
      throw new CommandError(`Node ${name} is in use`);
    nodes.splice(nodes.indexOf(node), 1);
    this.#images.letGo(node);
    // What was made for it alone goes with it.
    if (node.file?.startsWith('#') === true) this.remove(node.file);
  }

  #addImage(options: Record<string, unknown>): void {
    const { file } = options;
    const { nodes } = this.#images;
    const below = `#block${nodes.length}`;
    if (typeof file === 'object') this.#addImage({ 'node-name': below, ...file });
    const texts = Object.entries(options).map(([key, value]): [string, string] => [key, String(value)]);
    const flat = { ...Object.fromEntries(texts), ...(typeof file === 'object' && { file: below }) };
    const node = blockNodeOf(flat, below, (reason) => {
      throw new CommandError(reason);
    });
    this.#images.take(node);
    nodes.push(node);
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
