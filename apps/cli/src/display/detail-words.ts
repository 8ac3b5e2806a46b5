/** What is longer than that no table has room for; `--json` has it. */
const longest = 120;

/** An entry's details on one line: `key=value`, with JSON for what is more than a word, and `…` for what is too much. */
export function detailWords(details: Record<string, unknown>): string {
  return Object.entries(details)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : brief(value)}`)
    .join(' ');
}

function brief(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= longest ? text : '…';
}
