/** QEMU answered a command with an error. Decide by the class; `description` is for people and changes between versions. */
export class QmpError extends Error {
  override readonly name = 'QmpError';
  readonly command: string;
  readonly errorClass: string;
  readonly description: string;

  constructor(command: string, errorClass: string, description: string) {
    super(`${command}: ${description}`);
    this.command = command;
    this.errorClass = errorClass;
    this.description = description;
  }
}

/** Nothing came in time. QEMU may still do, or have done, what it was told: ask it again, assume nothing. */
export class QmpTimeout extends Error {
  override readonly name = 'QmpTimeout';
  readonly waitedFor: string;
  readonly timeoutMs: number;

  constructor(waitedFor: string, timeoutMs: number) {
    super(`${waitedFor}: nothing within ${timeoutMs} ms`);
    this.waitedFor = waitedFor;
    this.timeoutMs = timeoutMs;
  }
}

/** The connection is gone, or could not be had: QEMU ended, or nobody listens. Commands in flight may have been done. */
export class QmpClosed extends Error {
  override readonly name = 'QmpClosed';
}

/** The socket accepts but does not greet: another client holds it (QEMU serves one at a time), or QEMU is stopped. */
export class QmpBusy extends Error {
  override readonly name = 'QmpBusy';
}

/** The peer does not speak QMP. */
export class QmpProtocolError extends Error {
  override readonly name = 'QmpProtocolError';
}
