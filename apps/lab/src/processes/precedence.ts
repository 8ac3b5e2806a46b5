/** By the kernel's measure, where less goes first: before the guests, behind the agents. */
const controlPlaneNiceness = -5;

/**
 * A command of the control plane, which elsewhere has machines of its own: here it goes before the guests, so that
 * their load does not count as its slowness. Without the right to that it runs like all else.
 */
export function withPrecedence(program: string, args: readonly string[]): [program: string, args: string[]] {
  if (process.getuid?.() !== 0) return [program, [...args]];
  return ['nice', ['-n', String(controlPlaneNiceness), program, ...args]];
}
