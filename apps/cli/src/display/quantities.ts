/** Quantities as people read them. */

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), BYTE_UNITS.length - 1);
  const value = bytes / 1024 ** power;
  return `${value.toFixed(power === 0 || value >= 100 ? 0 : 1)} ${BYTE_UNITS[power] ?? 'B'}`;
}

export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.floor((milliseconds % 60_000) / 1_000)} s`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${Math.floor(minutes / 1440)} days`;
}

/** How long ago an instant was, or `now`. */
export function formatAge(instant: string, now: number): string {
  const age = now - Date.parse(instant);
  return age < 1_000 ? 'now' : `${formatDuration(age < 60_000 ? Math.floor(age / 1_000) * 1_000 : age)} ago`;
}

/** `2026-01-31 12:00:00.000`, in UTC. */
export function formatInstant(instant: string): string {
  return instant.replace('T', ' ').replace('Z', '');
}

/** The time from one instant to another, or nothing where one of them is missing. */
export function formatSpan(from: string | null, to: string | null): string {
  return from === null || to === null ? '' : formatDuration(Date.parse(to) - Date.parse(from));
}
