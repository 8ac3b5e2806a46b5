/** A kind of setting. */
export interface Kind<T> {
  /** Answers undefined where the text, which is not empty, is malformed. */
  readonly parse: (text: string) => T | undefined;
  /** What it may be set to, in words. */
  readonly allowed: string;
}

const highestPort = 65_535;

export const LISTEN_ADDRESS: Kind<{ host: string; port: number }> = {
  parse: parseAddress,
  allowed: 'host:port, such as 127.0.0.1:8080',
};
export const SERVER_ADDRESS: Kind<string> = {
  parse: (text) => (parseAddress(text) ? text : undefined),
  allowed: 'host:port of the server',
};
/** Without a slash at its end. */
export const HTTP_URL: Kind<string> = { parse: parseHttpUrl, allowed: 'a URL such as http://127.0.0.1:8080' };
export const DATABASE_URL: Kind<string> = {
  parse: (text) => (/^postgres(ql)?:\/\/\S+$/.test(text) && URL.canParse(text) ? text : undefined),
  allowed: 'postgres://user:password@host:port/database',
};
export const NAMESPACE = matching(/^[\w.-]{1,200}$/, 'a namespace’s name');
export const LOG_LEVEL = oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent');
export type LogLevel = NonNullable<ReturnType<typeof LOG_LEVEL.parse>>;

export function oneOf<T extends string>(...choices: readonly T[]): Kind<T> {
  return {
    parse: (text) => choices.find((choice) => choice === text),
    allowed: `one of ${choices.join(', ')}`,
  };
}

/** The text as it is, where it has this form. */
export function matching(form: RegExp, allowed: string): Kind<string> {
  return { parse: (text) => (form.test(text) ? text : undefined), allowed };
}

/** `host:port`, or `[v6]:port`. */
function parseAddress(text: string): { host: string; port: number } | undefined {
  const [, v6, name, port] = /^(?:\[([0-9a-f:]+)\]|([\w.-]+)):(\d{1,5})$/i.exec(text) ?? [];
  const host = v6 ?? name;
  if (host === undefined || Number(port) > highestPort) return undefined;
  return { host, port: Number(port) };
}

function parseHttpUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol } = new URL(text);
  return protocol === 'http:' || protocol === 'https:' ? text.replace(/\/+$/, '') : undefined;
}
