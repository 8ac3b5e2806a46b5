/** A file of an initial RAM disk. Its parent folders must come before it. */
export interface ArchiveEntry {
  readonly path: string;
  /** Type and permissions as in stat(2). */
  readonly mode: number;
  readonly content: Buffer;
}

const folder = 0o040755;

/** A folder's entry. */
export function folderEntry(path: string): ArchiveEntry {
  return { path, mode: folder, content: Buffer.alloc(0) };
}

/**
 * Packs files as a `newc` cpio archive, the format of Linux' initial RAM disk. Owner and times are zero, so the same
 * files give the same bytes.
 */
export function cpioArchive(entries: readonly ArchiveEntry[]): Buffer {
  const end = { path: 'TRAILER!!!', mode: 0, content: Buffer.alloc(0) };
  return Buffer.concat([...entries, end].flatMap((entry, index) => pack(entry, index + 1)));
}

function pack({ path, mode, content }: ArchiveEntry, inode: number): Buffer[] {
  const name = Buffer.from(`${path}\0`);
  const fields = [inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length, 0];
  const header = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`);
  return [header, name, padding(header.length + name.length), content, padding(content.length)];
}

function padding(length: number): Buffer {
  return Buffer.alloc((4 - (length % 4)) % 4);
}
