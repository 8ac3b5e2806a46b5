/** How soon a migration's turn comes, the most pressing first. A lower one never goes before a higher one that wants the same place. */
export const PRIORITIES = ['urgent', 'normal', 'background'] as const;
export type Priority = (typeof PRIORITIES)[number];
export const DEFAULT_PRIORITY: Priority = 'normal';
