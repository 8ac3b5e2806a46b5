import { InvalidArgumentError, Option } from 'commander';

/** Parsers of options: each throws commander's error, which names the option. */

const UNITS: Record<string, number> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/** `500M` or `500MiB` → bytes; K, M and G are powers of 1024. */
export function parseBytes(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(?:([KMG])(?:iB)?)?$/i.exec(text) ?? [];
  const factor = UNITS[unit?.toUpperCase() ?? ''];
  if (amount === undefined || factor === undefined) {
    throw new InvalidArgumentError('It must be a number of bytes, such as 500M or 1.5G.');
  }
  return Math.round(Number(amount) * factor);
}

const MILLISECONDS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `90s` or `10m` → milliseconds. */
export function parseDuration(text: string): number {
  const [, amount, unit = 'ms'] = /^(\d{1,9})(ms|s|m|h)?$/.exec(text) ?? [];
  if (amount === undefined) throw new InvalidArgumentError('It must be a time, such as 90s, 10m or 1500ms.');
  return Number(amount) * (MILLISECONDS[unit] ?? 1);
}

export function parseWhole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

export function limitOption(): Option {
  return new Option('--limit <n>', 'show at most so many').default(50).argParser((text) => {
    const value = parseWhole(text);
    if (value < 1) throw new InvalidArgumentError('It must be at least 1.');
    return value;
  });
}

export function reasonOption(): Option {
  return new Option('--reason <text>', 'why, for the audit history');
}
