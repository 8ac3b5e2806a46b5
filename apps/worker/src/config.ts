/** The worker's settings. This is the only place that reads the environment. */
export interface WorkerConfig {
  temporalAddress: string;
  temporalNamespace: string;
  databaseUrl: string;
  logLevel: string;
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** Reads the settings. @throws Error that names every variable that is missing or malformed. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): WorkerConfig {
  const problems: string[] = [];
  const read = (name: string, allowed: Pick<RegExp, 'test'>, form: string, fallback?: string): string => {
    const value = environment[name] ?? fallback;
    if (value === undefined) problems.push(`${name} is missing: set it to ${form}`);
    else if (!allowed.test(value)) problems.push(`${name} is malformed: it must be ${form}`);
    return value ?? '';
  };
  const config: WorkerConfig = {
    temporalAddress: read('FERRY_TEMPORAL_ADDRESS', { test: isAddress }, 'host:port of the Temporal server'),
    temporalNamespace: read('FERRY_TEMPORAL_NAMESPACE', /^\S+$/, 'a Temporal namespace', 'default'),
    databaseUrl: read('FERRY_DATABASE_URL', { test: isDatabaseUrl }, 'postgres://user:password@host:port/database'),
    logLevel: read(
      'FERRY_LOG_LEVEL',
      new RegExp(`^(${LOG_LEVELS.join('|')})$`),
      `one of ${LOG_LEVELS.join(', ')}`,
      'info',
    ),
  };
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return config;
}

function isAddress(text: string): boolean {
  const [, port] = /^(?:\[[0-9a-f:]+\]|[\w.-]+):(\d{1,5})$/i.exec(text) ?? [];
  return port !== undefined && Number(port) <= 65_535;
}

function isDatabaseUrl(text: string): boolean {
  return /^postgres(ql)?:\/\/\S+$/.test(text) && URL.canParse(text);
}
