/** Whether a hypervisor's version comes before another. The patch level is none of the guest's business. */
export function isOlder(version: string, than: string): boolean {
  const [here, there] = [version, than].map((text) => text.split('.').map(Number));
  for (const part of [0, 1]) {
    const difference = (here?.[part] ?? 0) - (there?.[part] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
