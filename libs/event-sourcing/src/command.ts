import type { Evidence, Instant, Position, RecordedEvent, Refusal } from '#kernel';

/** A command on its way to one stream, with everything that its events will carry as metadata. */
export interface CommandEnvelope<Command> {
  /** Whoever repeats a command repeats its id: one id is applied to one stream once. Any text; a UUID as a rule. */
  readonly id: string;
  readonly command: Command;
  readonly actor: string;
  readonly correlationId: string;
  /** When it happened in the world. Default: now. */
  readonly occurredAt?: Instant;
  readonly reason?: string;
  readonly evidence?: Evidence;
  /** The revision that the sender has seen (`If-Match`); -1 for no stream. */
  readonly expectedRevision?: number;
}

export interface Applied<State> {
  readonly kind: 'applied';
  /** After the command's own events. */
  readonly state: State;
  readonly revision: number;
  /** Of the command's last event; of the stream's last event where it changed nothing; `BEFORE_ALL` without a stream. */
  readonly position: Position;
  /** Empty: legal, and nothing to change. */
  readonly events: readonly RecordedEvent[];
  /** The command had been applied before; the answer is that of the first time. */
  readonly repeated: boolean;
}

export type CommandOutcome<State, Code extends string = string> =
  | Applied<State>
  | { readonly kind: 'refused'; readonly refusal: Refusal<Code>; readonly state: State; readonly revision: number }
  /** `expectedRevision` is not where the stream stands. Nothing was decided. */
  | { readonly kind: 'stale'; readonly revision: number };

export class TooMuchContention extends Error {
  readonly code = 'too-much-contention';
  constructor(
    readonly streamId: string,
    readonly attempts: number,
  ) {
    super(`stream ${streamId} moved on ${attempts} times while a command was being applied to it: send the command again`);
  }
}

/** The log did not say whether the events were written, and they are not there to be seen. The command's id makes a repeat safe. */
export class UnconfirmedAppend extends Error {
  readonly code = 'unconfirmed-append';
  constructor(
    readonly streamId: string,
    readonly commandId: string,
    cause: unknown,
  ) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`command ${commandId} on stream ${streamId} could not be confirmed (${reason}): send it again with the same id`, { cause });
  }
}
