import { FINDINGS } from '@ferry/domain';

/** What preflight can find, as a document for people. */
export function findingsPage(): string {
  const entries = Object.entries(FINDINGS).map(
    ([code, { title, severity, checked, remedy }]) =>
      `### ${code}\n\n${title}.\n\n- Severity: ${severity}\n- How it is checked: ${checked}\n- Remedy: ${remedy}\n`,
  );
  return `${HEAD}\n${entries.join('\n')}`;
}

const HEAD = `# Findings

Before a VM moves, both hosts check everything that has to hold, side by side, and never stop at the first finding.
\`ferry preflight VM\` (\`POST /virtual-machines/VM/preflight\`) asks for that alone, for one host or for all;
\`ferry preflight --all\` (\`POST /preflight\`) asks it for each VM that runs, as if it were the only one to move. A migration
begins with it. An error keeps a migration from beginning; a warning does not. What could not be checked, or not in time,
is an error too: nothing is assumed.

A finding has a \`code\`, which is stable and one of those below, the host on which it was made, its \`facts\`, and the remedy.
`;
