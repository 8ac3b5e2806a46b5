export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** The API's settings. This is the only place that reads the environment. */
export interface ApiConfig {
  listen: { host: string; port: number };
  databaseUrl: string;
  temporal: { address: string; namespace: string };
  logLevel: (typeof LOG_LEVELS)[number];
}

/** Reads the settings. Throws an error that names every variable which is missing or malformed. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): ApiConfig {
  const mistakes: string[] = [];

  const read = <T>(name: string, parse: (text: string) => T | undefined, allowed: string, fallback?: string): T => {
    const text = environment[name] ?? fallback;
    const value = text === undefined ? undefined : parse(text);
    if (value === undefined) mistakes.push(`${name} is ${text === undefined ? 'missing' : 'malformed'}: ${allowed}`);
    return value as T;
  };
  const matching = (pattern: RegExp) => (text: string) => (pattern.test(text) ? text : undefined);

  const config: ApiConfig = {
    listen: read('FERRY_API_LISTEN', parseListen, 'host:port, such as 127.0.0.1:8080', '127.0.0.1:8080'),
    databaseUrl: read('FERRY_DATABASE_URL', parseDatabaseUrl, 'postgres://user:password@host:port/database'),
    temporal: {
      address: read('FERRY_TEMPORAL_ADDRESS', (text) => parseListen(text) && text, 'host:port of the Temporal server'),
      namespace: read('FERRY_TEMPORAL_NAMESPACE', matching(/^[\w.-]{1,200}$/), 'a namespace’s name', 'default'),
    },
    logLevel: read(
      'FERRY_LOG_LEVEL',
      (text) => LOG_LEVELS.find((level) => level === text),
      `one of ${LOG_LEVELS.join(', ')}`,
      'info',
    ),
  };
  if (mistakes.length > 0) throw new Error(mistakes.join('\n'));
  return config;
}

/** `host:port`, or `[v6]:port`. */
function parseListen(text: string): { host: string; port: number } | undefined {
  const { host, port } = /^(?:\[(?<v6>[0-9a-f:]+)\]|(?<host>[\w.-]+)):(?<port>\d{1,5})$/i.exec(text)?.groups ?? {};
  const v6 = /^\[(.+)\]/.exec(text)?.[1];
  const address = host ?? v6;
  return address === undefined || port === undefined || Number(port) > 65_535
    ? undefined
    : { host: address, port: Number(port) };
}

function parseDatabaseUrl(text: string): string | undefined {
  return /^postgres(ql)?:\/\/\S+$/.test(text) && URL.canParse(text) ? text : undefined;
}
