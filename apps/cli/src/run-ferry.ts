import type { FakeApi } from '@ferry/client/fake-api';
import type { ExitCode } from './exit-codes.ts';
import { run } from './program.ts';
import { RecordedTerminal } from './recorded-terminal.ts';

export interface FerryRun {
  exitCode: ExitCode;
  stdout: string;
  stderr: string;
}

/** Runs `ferry` against a fake API, for tests. */
export async function runFerry(
  api: Pick<FakeApi, 'url'>,
  args: string[],
  terminal = new RecordedTerminal(),
): Promise<FerryRun> {
  const exitCode = await run(args, terminal, { FERRY_API_URL: api.url, FERRY_ACTOR: 'ada' });
  return { exitCode, stdout: terminal.stdout, stderr: terminal.stderr };
}
