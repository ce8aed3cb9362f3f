import type { Instant, Position } from '#kernel';

/** One piece of automatic work that is due at a time: a row that a projection derives from events. */
export interface ToDo {
  readonly id: string;
  readonly kind: string;
  /** The stream that the work is about. At most one to-do of a subject is in hand at a time. */
  readonly subjectId: string;
  readonly dueAt: Instant;
  /** Failed attempts so far. */
  readonly attempts: number;
  readonly data: unknown;
}

export type Settlement =
  /** Nothing is left to do: the row goes. */
  | { readonly kind: 'done' }
  /** Free again from `at` on. Without `lastError` the row keeps the one it has. */
  | { readonly kind: 'again'; readonly at: Instant; readonly attempts: number; readonly lastError?: string };

/**
 * The to-do rows. Only the projection decides what there is to do; the executor claims and keeps the books of a claim.
 * A row that the projection writes again has lost its claim: settling that claim later changes nothing, so that work
 * which has become due anew is not taken away with the old.
 */
export interface ToDoStore {
  /**
   * Claims at most `limit` to-dos that are due at `now` and free (never claimed, settled `again`, or the lease has run
   * out), earliest first. None of a subject that has another one claimed, and at most one of a subject in an answer.
   */
  claimDue(now: Instant, limit: number, owner: string, leaseUntil: Instant): Promise<readonly ToDo[]>;
  settle(id: string, settlement: Settlement, owner: string): Promise<void>;
  /** The earliest moment at which `claimDue` can give out one more: the earliest due time, or end of a lease. */
  nextDue(): Promise<Instant | undefined>;
  /** Frees what an earlier life of this owner had claimed and not settled. Called once, before the first claim. */
  release?(owner: string): Promise<void>;
  /**
   * Keeps the claims of these. For a store that several processes share: its claims lapse after some seconds of real
   * time, whatever `leaseUntil` and the service's clock say, so that the work of a process that died is taken over soon.
   */
  renew?(ids: readonly string[], owner: string): Promise<void>;
  /** With `renew`: something is due at `now` and not to be had, because an owner has it, or its subject, in hand. */
  dueElsewhere?(now: Instant): Promise<boolean>;
}

export type ToDoResult =
  /** A command recorded the outcome; the projection takes the row away when it gets to the position. */
  | { readonly kind: 'done'; readonly position?: Position }
  /** The stream has moved on (it was loaded at the position): nothing to do. */
  | { readonly kind: 'stale'; readonly position?: Position }
  /** Not now, and no failure: a rate budget is used up, an order is not visible yet. */
  | { readonly kind: 'again'; readonly at: Instant; readonly reason: string }
  | { readonly kind: 'failed'; readonly code: string; readonly detail: string };

export interface ToDoFailure {
  readonly code: string;
  readonly detail: string;
  /** This one included. */
  readonly attempts: number;
}

export interface ToDoContext {
  readonly now: Instant;
  /** Aborts when the service cannot wait for the handler any longer. */
  readonly signal: AbortSignal;
}

/** Asks the outside world and issues a command that records the outcome. Must be safe to run twice. */
export type ToDoHandler = (toDo: ToDo, context: ToDoContext) => Promise<ToDoResult>;

/** Wakes once, at a time of the service's clock; at once when it has passed. Returns the way to cancel. */
export interface Alarm {
  at(instant: Instant, ring: () => void): () => void;
}
