import { IMAGE_FORMATS, type ImageFormat } from '@ferry/domain';

/** What an image says of itself. */
export interface ImageHeader {
  /** What the hypervisor is to open it as. */
  format: ImageFormat;
  /** So many of its bytes, from the first one on, are the disk; null where its format tells. */
  bytes: number | null;
  /** What lies below it, as it names that. */
  backing: { name: string; format: ImageFormat } | null;
}

/** An image that can't be used, and why, in words that follow its name. */
export class ImageUnusable extends Error {
  override readonly name = 'ImageUnusable';
}

/** Of an image's beginning, all that is needed: a raw one says nothing of itself. */
export const HEAD_BYTES: Record<ImageFormat, number> = {
  raw: 0,
  qcow2: 65_536,
  vpc: 0,
  vhdx: 8,
};
/** What a VHD ends with. */
export const FOOTER_BYTES: Record<ImageFormat, number> = { raw: 0, qcow2: 0, vpc: 512, vhdx: 0 };

/** An image's first and last bytes, as many as there are of those that are needed, and how long it is. */
export interface ImageEnds {
  head: Buffer;
  footer: Buffer;
  length: number;
}

/** Reads what an image of that format says of itself. Throws `ImageUnusable`. */
export function imageHeader(format: ImageFormat, ends: ImageEnds): ImageHeader {
  return HEADER_OF[format](ends);
}

const alone = { bytes: null, backing: null } as const;

const HEADER_OF: Record<ImageFormat, (ends: ImageEnds) => ImageHeader> = {
  raw: () => ({ format: 'raw', ...alone }),
  qcow2: ({ head }) => qcow2(head),
  vpc: vhd,
  vhdx: ({ head }) => {
    demand(head.toString('latin1', 0, 8) === 'vhdxfile', 'is no VHDX image');
    return { format: 'vhdx', ...alone };
  },
};

const extension = { end: 0, backingFormat: 0xe279_2aca } as const;
const externalData = 2;

/** As QEMU's docs/interop/qcow2.txt describes it. */
function qcow2(head: Buffer): ImageHeader {
  demand(head.length >= 72 && head.readUInt32BE(0) === 0x514649fb, 'is no qcow2 image');
  const version = head.readUInt32BE(4);
  demand(version === 2 || version === 3, `is of version ${version} of qcow2`);
  demand(head.readUInt32BE(32) === 0, 'is encrypted, and no host has its key');
  if (version === 3) demand(head.length >= 104, 'is cut off');
  const features = version === 3 ? head.readBigUInt64BE(72) : 0n;
  demand((features & BigInt(1 << externalData)) === 0n, 'keeps its data in another file');
  const [offset, size] = [Number(head.readBigUInt64BE(8)), head.readUInt32BE(16)];
  if (offset === 0) return { format: 'qcow2', ...alone };
  demand(size > 0 && size < 1024 && offset + size <= head.length, 'names what lies below it where nothing can be');
  const name = head.toString('utf8', offset, offset + size);
  const format = backingFormat(head.subarray(version === 2 ? 72 : head.readUInt32BE(100), offset));
  // QEMU would guess, and a guest that writes another format's header into its disk would have it guess wrong.
  demand(
    format !== null,
    `does not say of what format ${name} is, on which it stands: tell it with qemu-img rebase -u`,
  );
  return { format: 'qcow2', bytes: null, backing: { name, format } };
}

function backingFormat(extensions: Buffer): ImageFormat | null {
  for (let at = 0; at + 8 <= extensions.length;) {
    const [type, length] = [extensions.readUInt32BE(at), extensions.readUInt32BE(at + 4)];
    if (type === extension.end) return null;
    if (type === extension.backingFormat) {
      const told = extensions.toString('latin1', at + 8, at + 8 + length);
      const format = IMAGE_FORMATS.find((each) => each === told);
      demand(format !== undefined, `stands on an image of format ${told}`);
      return format;
    }
    at += 8 + Math.ceil(length / 8) * 8;
  }
  return null;
}

const vhdKind = { fixed: 2, dynamic: 3 } as const;

/** One of fixed size is a raw image with a footer behind it, and QEMU, which can't move a guest on the one, can on the other. */
function vhd({ footer, length }: ImageEnds): ImageHeader {
  demand(footer.length === FOOTER_BYTES.vpc && footer.toString('latin1', 0, 8) === 'conectix', 'is no VHD image');
  const [bytes, kind] = [Number(footer.readBigUInt64BE(48)), footer.readUInt32BE(60)];
  if (kind === vhdKind.dynamic) return { format: 'vpc', ...alone };
  demand(kind === vhdKind.fixed, 'is a VHD that holds only its difference to another');
  demand(bytes > 0 && bytes % 512 === 0 && bytes + footer.length <= length, 'is a VHD that is shorter than it says');
  return { format: 'raw', bytes, backing: null };
}

function demand(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new ImageUnusable(otherwise);
}
