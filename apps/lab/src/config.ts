/** The lab's settings. This is the only place that reads the environment. */
export interface LabConfig {
  /** In CI a lab that can't be real is a failure. */
  readonly ci: boolean;
  /** What the lab's processes are given of this one's environment. */
  readonly inherited: Readonly<Record<string, string>>;
}

const inherited = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'TZ', 'LD_LIBRARY_PATH'];

export function readConfig(environment: NodeJS.ProcessEnv = process.env): LabConfig {
  const ci = environment['CI'] ?? '';
  return {
    ci: ci !== '' && ci !== 'false' && ci !== '0',
    inherited: Object.fromEntries(
      inherited.flatMap((name) => {
        const value = environment[name];
        return value === undefined ? [] : [[name, value]];
      }),
    ),
  };
}
