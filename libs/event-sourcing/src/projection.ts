import type { DomainEvent, Position, RecordedEvent } from '#kernel';
import { type Gathering, gatheringOf } from './gathering.ts';
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

/** Several projections over the same storage as one: one transaction and one checkpoint for all of them. */
export function combineProjections<Tx>(name: string, projections: readonly Projection<Tx>[]): Projection<Tx> {
  return {
    gather() {
      const gatherings = projections.map((projection) => gatheringOf(projection));
      return {
        add(events, domainEvents) {
          for (const gathering of gatherings) gathering.add(events, domainEvents);
        },
        get held() {
          return gatherings.reduce((sum, gathering) => sum + gathering.held, 0);
        },
        async write(tx) {
          for (const gathering of gatherings) await gathering.write(tx);
        },
      };
    },
    name,
    version: projections.reduce((sum, projection) => sum + projection.version, 0),
    async handle(tx, events, domainEvents) {
      for (const projection of projections) await projection.handle(tx, events, domainEvents);
    },
    forget() {
      for (const projection of projections) projection.forget?.();
    },
  };
}
