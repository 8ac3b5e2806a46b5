/** What `ferry` exits with. The README has the same table; a test compares them. */
export const EXIT = {
  OK: 0,
  FAILED: 1,
  USAGE: 2,
  UNREACHABLE: 3,
  REFUSED: 4,
  NEEDS_ATTENTION: 5,
  CANCELLED: 6,
  TRY_AGAIN: 7,
  INTERRUPTED: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_MEANING: Record<ExitCode, string> = {
  [EXIT.OK]: 'Done. Of a watched migration: the guest runs at the destination. Of a rehearsal: it has come to its end.',
  [EXIT.FAILED]: 'The watched migration failed, or something unexpected happened.',
  [EXIT.USAGE]: 'The command line, a file or a setting is wrong; nothing was asked of the API.',
  [EXIT.UNREACHABLE]: 'Nothing answers at FERRY_API_URL, or what answers is not Ferry.',
  [EXIT.REFUSED]:
    'The API refused; the same request will be refused again. Of `preflight`: the VM could not move there.',
  [EXIT.NEEDS_ATTENTION]:
    'The watched migration waits for a person: resume or cancel it. Of `cancel`: it is not done yet.',
  [EXIT.CANCELLED]: 'The watched migration was cancelled; the guest runs on at the source.',
  [EXIT.TRY_AGAIN]: 'The API refused for now; the same request can succeed later.',
  [EXIT.INTERRUPTED]:
    'Ctrl-C while watching: the migration goes on. Of `stop`: it was not confirmed; nothing was done.',
};
