import type { Kind } from './kinds.ts';

/** Reads a process's variables one by one. */
export interface SettingsReader {
  /** @param fallback the text where the variable is not there */
  readonly read: <T>(name: string, kind: Kind<T>, fallback?: string) => T;
  /** Undefined where the variable is not there. */
  readonly optional: <T>(name: string, kind: Kind<T>) => T | undefined;
}

/** The message names every variable that is missing or malformed, with what it may be set to. */
export class BadSettings extends Error {
  override readonly name = 'BadSettings';
  /** Of a process that does not start because of them: EX_CONFIG of sysexits(3). To start it again would change nothing. */
  static readonly exitStatus = 78;
}

/**
 * A process's settings, put together by `collect`.
 * @throws BadSettings
 */
export function readSettings<T>(
  environment: Readonly<Record<string, string | undefined>>,
  collect: (reader: SettingsReader) => T,
): T {
  const mistakes: string[] = [];
  const read = <V>(name: string, { parse, allowed }: Kind<V>, fallback?: string): V => {
    const text = environment[name] ?? fallback;
    const value = text === undefined || text === '' ? undefined : parse(text);
    if (value === undefined)
      mistakes.push(`${name} is ${environment[name] === undefined ? 'missing' : 'malformed'}: set it to ${allowed}`);
    // Where one is not there nobody gets to see any.
    return value as V;
  };
  const settings = collect({
    read,
    optional: (name, kind) => (environment[name] === undefined ? undefined : read(name, kind)),
  });
  if (mistakes.length > 0) throw new BadSettings(mistakes.join('\n'));
  return settings;
}
