import type { Instant } from './instant.ts';

/** What happened, in the domain's words. `type` is an explicit, versioned string that no rename in code changes. */
export interface DomainEvent<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
}

/** What an outside system answered, kept as proof (design §3): which system, the request's id, its answer's id and time. */
export interface Evidence {
  readonly system: string;
  readonly requestId: string;
  readonly answerId?: string;
  readonly answeredAt: Instant;
}

export interface EventMetadata {
  /** When it happened in the world; a message's own time where one brought it. */
  readonly occurredAt: Instant;
  /** When the service wrote it down. */
  readonly recordedAt: Instant;
  /** Who: `person:<name>`, `automation`, `message:<source>`, `import:<id>`. Never a secret, never a mail address. */
  readonly actor: string;
  readonly correlationId: string;
  /** The id of the command that caused it. One command id is applied to one stream once. */
  readonly causationId: string;
  readonly reason?: string;
  readonly evidence?: Evidence;
}

export interface EventToAppend {
  /** UUID. Derived from the command's id and the event's index, so that a repeated append is recognised. */
  readonly eventId: string;
  readonly type: string;
  /** JSON object; integers beyond 2^53 travel as strings. */
  readonly data: unknown;
  readonly metadata: EventMetadata;
}

/**
 * A place in the total order of the log. Only its own engine compares positions of its own log;
 * it grows, never goes back and is never used twice. Numbers may be missing in between.
 */
export type Position = bigint & { readonly __brand: 'Position' };

export const BEFORE_ALL = -1n as Position;

export function positionToText(position: Position): string {
  return position.toString();
}

/** The position in its text form (`Position` header, SSE id), `undefined` when the text is none. */
export function positionFromText(text: string): Position | undefined {
  return /^(-1|\d{1,19})$/.test(text) ? (BigInt(text) as Position) : undefined;
}

export interface RecordedEvent extends EventToAppend {
  readonly streamId: string;
  /** 0 for the first event of a stream, without holes. */
  readonly revision: number;
  readonly position: Position;
}
