/** What a command line says that the simulator can't do, in QEMU's words. Ends the process with status 1. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** QEMU's `key=value,key=value` lists. A first part without a key is given to `implied`. JSON is taken as it is. */
export function parseOptionList(text: string, implied: string): Record<string, string> {
  if (text.startsWith('{')) {
    const entries = Object.entries(JSON.parse(text) as Record<string, unknown>);
    return Object.fromEntries(
      entries.map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
    );
  }
  const list: Record<string, string> = {};
  // A doubled comma is a comma in a value.
  for (const [index, part] of text.replaceAll(',,', '\0').split(',').entries()) {
    const [key = '', ...value] = part.replaceAll('\0', ',').split('=');
    if (value.length > 0) list[key] = value.join('=');
    else list[index === 0 ? implied : key] = index === 0 ? key : 'on';
  }
  return list;
}

const unitBytes = { '': 1024 ** 2, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 } as const;

/** QEMU's memory sizes: MiB without a unit. */
export function parseMemorySize(text: string): number {
  const match = /^(\d+)([kmgt]?)$/i.exec(text);
  if (!match) throw new UsageError(`-m ${text}: Parameter 'size' expects a size`);
  return Number(match[1]) * unitBytes[(match[2] ?? '').toLowerCase() as keyof typeof unitBytes];
}
