import type { DomainEvent, Position, RecordedEvent } from '#kernel';
import type { EventSchemas } from './schema-registry.ts';

/**
 * A fold of the whole log into rows. An instance belongs to one copy of the rows; what it remembers beside them to save
 * reading must be what they hold, and is dropped by `forget`.
 */
export interface Projection<Tx> {
  readonly name: string;
  /** Grows whenever the rows' shape or meaning changes: then they are rebuilt beside the old ones. */
  readonly version: number;
  /** `domainEvents[i]` is `events[i]` in today's shape. Everything written through `tx` is committed with the checkpoint. */
  handle(tx: Tx, events: readonly RecordedEvent[], domainEvents: readonly DomainEvent[]): Promise<void> | void;
  /** Begins a gathering that ends up in the same rows as if `handle` had been given each of its batches. */
  gather?(): Gathering<Tx>;
  /** The last batch did not get into the rows, though `handle` may have succeeded: the commit itself can fail. */
  forget?(): void;
}

/**
 * Events on their way into the rows, taken in batch by batch and written all at once: a row that many of them change is
 * then made once. Belongs to one write.
 */
export interface Gathering<Tx> {
  /** As of `Projection.handle`; nothing is read or written yet. */
  add(events: readonly RecordedEvent[], domainEvents: readonly DomainEvent[]): void;
  /** How many rows and events it keeps in memory. */
  readonly held: number;
  write(tx: Tx): Promise<void>;
}

/**
 * Rows and their checkpoint. A storage object belongs to one owner: `checkpoint()` claims the checkpoint for it,
 * `commit()` checks in its own transaction that the claim still stands.
 */
export interface ProjectionStorage<Tx> {
  /** Everything up to here is in the rows; `BEFORE_ALL` at first. @throws CheckpointTaken */
  checkpoint(): Promise<Position>;
  /** Runs the work and moves the checkpoint in one transaction: both or neither. @throws CheckpointTaken, nothing written */
  commit(upTo: Position, work: (tx: Tx) => Promise<void> | void): Promise<void>;
}

/** Another owner has the checkpoint: this one must stop, or every event would be counted twice. */
export class CheckpointTaken extends Error {
  readonly code = 'checkpoint-taken';
  constructor(readonly projection: string) {
    super(`the checkpoint of projection ${projection} belongs to another owner: run one instance of it, or stop the other`);
  }
}

export async function commitBatch<Tx>(
  storage: ProjectionStorage<Tx>,
  projection: Projection<Tx>,
  schemas: EventSchemas,
  events: readonly RecordedEvent[],
  upTo: Position,
): Promise<void> {
  const domainEvents = events.map((event) => schemas.toDomainEvent(event));
  try {
    await storage.commit(upTo, (tx) => projection.handle(tx, events, domainEvents));
  } catch (error) {
    projection.forget?.();
    throw error;
  }
}
