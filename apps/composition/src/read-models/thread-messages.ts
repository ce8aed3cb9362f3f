import type { Position } from '#kernel';
import type { ToDoStore } from '#event-sourcing';
import type { ImportRows } from '#read-models';

/** What the service asks of the thread that writes the read models: all writes, so that nobody waits for another's lock. */
export interface ReadModelWork {
  claimDue: ToDoStore['claimDue'];
  settle: ToDoStore['settle'];
  release: NonNullable<ToDoStore['release']>;
  importReceived: ImportRows['received'];
  importAccounted: ImportRows['accounted'];
  importEnded: ImportRows['ended'];
  /** Rejects with the reason when the rows do not follow the log. */
  following(): Promise<void>;
  /** Brings a copy that was filled beside up to the log, and goes on with that one. */
  takeOver(copy: string): Promise<void>;
  /** After the commit in hand; then the thread ends. */
  stop(): Promise<void>;
}

export type WorkName = keyof ReadModelWork;

export type ToReadModels =
  | { readonly kind: 'ask'; readonly number: number; readonly work: WorkName; readonly details: readonly unknown[] }
  /** There is more in the log. */
  | { readonly kind: 'grown' }
  /** Somebody waits for the rows to get there. */
  | { readonly kind: 'wanted'; readonly position: Position }
  /** The answer to `switch`: readers see the new copy, or the reason why not. */
  | { readonly kind: 'switched'; readonly fault: Fault | null };

export type FromReadModels =
  /** Open, and following. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'cannot-start'; readonly fault: Fault }
  | { readonly kind: 'answer'; readonly number: number; readonly value: unknown }
  | { readonly kind: 'refusal'; readonly number: number; readonly fault: Fault }
  /** The rows are there; these streams were touched. */
  | { readonly kind: 'committed'; readonly position: Position; readonly streams: readonly string[] }
  /** The rows stand still: let readers see that copy. */
  | { readonly kind: 'switch'; readonly copy: string }
  /** Something failed that is tried again. */
  | { readonly kind: 'trouble'; readonly fault: Fault };

/** An error on its way through the threads. */
export interface Fault {
  readonly message: string;
  readonly code: string | null;
}

export function faultOf(error: unknown): Fault {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
  return { message: error instanceof Error ? error.message : String(error), code };
}
