import { readFileSync, statSync } from 'node:fs';
import { readCredential, type Credential, type HostId } from '@ferry/domain';

/**
 * What makes this host a member of its cluster, from the file that FERRY_CREDENTIAL names.
 * Throws an error that says what is wrong with it, and never what is in it.
 */
export function readCredentialFile(path: string, host: HostId): Credential {
  const refuse = (why: string, cause?: unknown) => new Error(`FERRY_CREDENTIAL, the file ${path}, ${why}`, { cause });
  let text: string;
  try {
    if ((statSync(path).mode & 0o077) !== 0) throw refuse('must be readable by the agent’s user alone: chmod 600');
    text = readFileSync(path, 'utf8').trim();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === undefined) throw cause;
    throw refuse(`can’t be read: ${String(cause)}`, cause);
  }
  const credential = readCredential(text);
  if (credential === null) throw refuse('is no credential: make one with ferry cluster invite');
  if (credential.host !== host) throw refuse(`is the credential of ${credential.host}, and this host is ${host}`);
  return credential;
}
