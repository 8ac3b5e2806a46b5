export { LockFile } from './lock-file.ts';
export { identify, isAlive, type ProcessIdentity } from './process-identity.ts';
