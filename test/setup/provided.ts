/** What the global set-ups hand to the tests, by `inject`. */
declare module 'vitest' {
  export interface ProvidedContext {
    /** The `temporal` binary. */
    temporalBinary: string;
    /** host:port of a running Temporal server, shared by all tests: use names of your own. */
    temporalAddress: string;
    /** A running Postgres, shared by all tests: make a database of your own. */
    databaseUrl: string;
    /** The workflows, bundled from their sources. */
    workflowBundle: string;
  }
}
export {};
