import { actor } from '@ferry/contracts/http';
import { HTTP_URL, readSettings, type Kind } from '@ferry/contracts/settings';
import { userInfo } from 'node:os';

/** The command line's settings. This is the only place that reads the environment. */
export interface CliConfig {
  apiUrl: string;
  actor: string;
}

const ACTOR: Kind<string> = {
  parse: (text) => actor.safeParse(text).data,
  allowed: 'who asks: 1 to 80 of letters, digits and _ . @ + -',
};

/** @throws BadSettings */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): CliConfig {
  return readSettings(environment, ({ read }) => ({
    apiUrl: read('FERRY_API_URL', HTTP_URL, 'http://127.0.0.1:8080'),
    actor: read('FERRY_ACTOR', ACTOR, loginName()),
  }));
}

/** Whether colours are wanted at all (https://no-color.org). */
export function wantsColour(environment: NodeJS.ProcessEnv = process.env): boolean {
  return (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb';
}

function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without a name, as containers have: the setting has to say who it is.
    return '';
  }
}
