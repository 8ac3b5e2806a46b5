import { actor } from '@ferry/contracts/http';
import { userInfo } from 'node:os';

/** The command line's settings. This is the only place that reads the environment. */
export interface CliConfig {
  apiUrl: string;
  actor: string;
}

/** A setting is missing or malformed; the message names each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** @throws ConfigError */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): CliConfig {
  const apiUrl = environment['FERRY_API_URL'] ?? 'http://127.0.0.1:8080';
  const who = environment['FERRY_ACTOR'] ?? loginName();
  const problems: string[] = [];
  if (!isHttpUrl(apiUrl)) {
    problems.push(`FERRY_API_URL is malformed: it must be a URL such as http://127.0.0.1:8080, not "${apiUrl}"`);
  }
  const parsed = actor.safeParse(who);
  if (!parsed.success) {
    problems.push(`FERRY_ACTOR is malformed: it ${parsed.error.issues[0]?.message ?? 'is wrong'}, not "${who}"`);
  }
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  return { apiUrl, actor: who };
}

/** Whether colours are wanted at all (https://no-color.org). */
export function wantsColour(environment: NodeJS.ProcessEnv = process.env): boolean {
  return (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb';
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}

function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without a name, as containers have: the setting has to say who it is.
    return '';
  }
}
