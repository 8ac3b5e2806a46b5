/** The formats of a lab's images. */
export type DiskFormat = 'raw' | 'qcow2' | 'vpc';

/** What an image has around the disk's own bytes, which lie in it in one piece. */
export interface ImageFrame {
  readonly before: Buffer;
  readonly after: Buffer;
}

const clusterBytes = 64 * 1024;
const nothing = Buffer.alloc(0);

/** What is before and after so many bytes of a disk in an image of a format. */
export function imageFrame(format: DiskFormat, bytes: number): ImageFrame {
  return FRAME[format](bytes);
}

const FRAME: Record<DiskFormat, (bytes: number) => ImageFrame> = {
  raw: () => ({ before: nothing, after: nothing }),
  qcow2: (bytes) => ({ before: qcow2Tables(bytes), after: nothing }),
  vpc: (bytes) => ({ before: nothing, after: vhdFooter(bytes) }),
};

/**
 * All clusters are there from the start and in order, so that what a guest writes is found without QEMU's help. A cluster
 * each for the header, the refcount table, its one block, the L1 table and its one L2 table. QEMU's docs/interop/qcow2.txt.
 */
function qcow2Tables(bytes: number): Buffer {
  const [refcountTable, refcountBlock] = [1 * clusterBytes, 2 * clusterBytes];
  const [l1, l2, data] = [3 * clusterBytes, 4 * clusterBytes, 5 * clusterBytes];
  const clusters = Math.ceil(bytes / clusterBytes);
  if (clusters > clusterBytes / 8) throw new RangeError(`${bytes} bytes need more than one L2 table`);
  const tables = Buffer.alloc(data);
  // Written once and by nobody else: QEMU need not copy it first.
  const owned = (offset: number) => BigInt(offset) | (1n << 63n);
  tables.write('QFI\xfb', 0, 'latin1');
  tables.writeUInt32BE(3, 4);
  tables.writeUInt32BE(Math.log2(clusterBytes), 20);
  tables.writeBigUInt64BE(BigInt(bytes), 24);
  tables.writeUInt32BE(1, 36);
  tables.writeBigUInt64BE(BigInt(l1), 40);
  tables.writeBigUInt64BE(BigInt(refcountTable), 48);
  tables.writeUInt32BE(1, 56);
  tables.writeUInt32BE(4, 96);
  tables.writeUInt32BE(104, 100);
  tables.writeBigUInt64BE(BigInt(refcountBlock), refcountTable);
  for (let at = 0; at < data / clusterBytes + clusters; at += 1) tables.writeUInt16BE(1, refcountBlock + at * 2);
  tables.writeBigUInt64BE(owned(l2), l1);
  for (let at = 0; at < clusters; at += 1) tables.writeBigUInt64BE(owned(data + at * clusterBytes), l2 + at * 8);
  return tables;
}

/** Of a VHD of fixed size: the disk's bytes, and this behind them. Microsoft's "Virtual Hard Disk Image Format Specification". */
function vhdFooter(bytes: number): Buffer {
  const footer = Buffer.alloc(512);
  footer.write('conectix', 0, 'latin1');
  footer.writeUInt32BE(2, 8);
  footer.writeUInt32BE(0x0001_0000, 12);
  footer.fill(0xff, 16, 24);
  footer.write('fery', 28, 'latin1');
  footer.writeBigUInt64BE(BigInt(bytes), 40);
  footer.writeBigUInt64BE(BigInt(bytes), 48);
  footer.writeUInt32BE(2, 60);
  const sum = footer.reduce((total, byte) => total + byte, 0);
  footer.writeUInt32BE(~sum >>> 0, 64);
  return footer;
}
