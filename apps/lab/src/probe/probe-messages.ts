import type { PingReport } from './ping-tally.ts';
import type { SessionReport } from './echo-session.ts';

/** What the client saw of a guest since the probe began or was reset. */
export interface ProbeReport {
  readonly ping: PingReport;
  readonly session: SessionReport;
}

/** What the guest says of itself on its control port. */
export interface GuestStatus {
  readonly ip: string;
  readonly uptimeMs: number;
  readonly sessions: number;
  readonly counter: { readonly sequence: number; readonly forked: boolean; readonly ioErrors: number };
  readonly dirty: {
    readonly mibPerSecond: number;
    readonly workingSetMib: number;
    readonly achievedMibPerSecond: number;
    /** Pages that did not hold what had been written to them. */
    readonly corruptPages: number;
  };
}

/** What the probe's program can be asked, with what it answers. One JSON object a line, either way. */
export interface ProbeCommands {
  /** Opens the session as soon as the guest answers, and begins to ping. */
  open: { input: { withinMs: number }; answer: null };
  report: { input: Record<string, never>; answer: ProbeReport };
  reset: { input: Record<string, never>; answer: null };
  /** Ends the session and the pings: from here on it only passes lines on. */
  rest: { input: Record<string, never>; answer: null };
  /** One line to the guest's control port. */
  control: { input: { line: string }; answer: string };
}
export type ProbeCommand = keyof ProbeCommands;

export type ProbeRequest = {
  [C in ProbeCommand]: { id: number; command: C; input: ProbeCommands[C]['input'] };
}[ProbeCommand];
export type ProbeAnswer = { id: number; answer: unknown } | { id: number; error: string };
