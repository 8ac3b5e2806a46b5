import 'vitest';

/** What the project `integration` provides: servers that all its tests share. */
declare module 'vitest' {
  interface ProvidedContext {
    databaseUrl: string;
    temporalAddress: string;
  }
}
