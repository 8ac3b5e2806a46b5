/** Something the lab can't do without is missing. The message says what, and which command would fix it. */
export class ProvisioningFailed extends Error {
  override readonly name = 'ProvisioningFailed';

  constructor(
    readonly missing: string,
    readonly remedy: string,
    cause?: unknown,
  ) {
    const because = cause instanceof Error ? ` (${cause.message})` : '';
    super(`${missing} is missing${because}. To fix it: ${remedy}`, { cause });
  }
}
