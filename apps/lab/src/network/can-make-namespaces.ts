import { spawn } from 'node:child_process';

/** Whether this process may make network namespaces with bridges: Linux, the rights, and the kernel's support. */
export async function canMakeNamespaces(): Promise<boolean> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  // The namespace is unnamed: it vanishes with the program.
  const probe = spawn('unshare', ['--net', 'ip', 'link', 'add', 'probe', 'type', 'bridge'], { stdio: 'ignore' });
  return new Promise((resolve) => {
    probe.once('error', () => resolve(false));
    probe.once('exit', (code) => resolve(code === 0));
  });
}
