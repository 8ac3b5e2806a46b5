/** A refusal, answered over QMP in QEMU's words. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly errorClass: string;

  constructor(description: string, errorClass = 'GenericError') {
    super(description);
    this.errorClass = errorClass;
  }
}
