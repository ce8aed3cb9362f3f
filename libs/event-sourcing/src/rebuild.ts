import type { Position } from '#kernel';
import type { EventStore } from './event-store.ts';
import type { ProjectionRunner } from './projection-runner.ts';
import { commitBatch } from './projection.ts';
import type { Projection, ProjectionStorage } from './projection.ts';
import type { EventSchemas } from './schema-registry.ts';

export interface RebuildProgress {
  /** Since this rebuild began; one that was interrupted begins at its copy's checkpoint. */
  readonly eventsDone: number;
  readonly position: Position;
  readonly head: Position;
}

export interface CatchUpOptions<Tx> {
  readonly store: Pick<EventStore, 'readAll' | 'head'>;
  readonly schemas: EventSchemas;
  readonly projection: Projection<Tx>;
  readonly storage: ProjectionStorage<Tx>;
  /** Events a transaction. Default 500, so that a synchronous engine lets others have their turn. */
  readonly batchSize?: number;
  readonly onProgress?: (progress: RebuildProgress) => void;
  readonly signal?: AbortSignal;
}

export interface RebuildOptions<Tx> extends Omit<CatchUpOptions<Tx>, 'storage' | 'projection'> {
  /** Goes on serving and following the log until the switch. */
  readonly live: ProjectionRunner<Tx>;
  /** The new rows' projection: an instance of its own, also where it is the same one. */
  readonly projection: Projection<Tx>;
  /** An empty second copy, or one that an interrupted rebuild has left. */
  readonly buildBeside: () => Promise<ProjectionStorage<Tx>>;
  /** Makes readers see the new copy, in one step. What it replaces may be dropped after it, or kept for a way back. */
  readonly switchTo: (storage: ProjectionStorage<Tx>) => Promise<void>;
}

/**
 * Folds the log into a storage from its checkpoint on, and returns how far it is: at `upTo` or later where that is given,
 * else at the log's end as it was when the last batch was read. Nobody is told of these commits: whatever acts on new
 * rows stays mute.
 * @throws the signal's reason when aborted; what is committed by then stays
 */
export async function catchUp<Tx>(options: CatchUpOptions<Tx>, upTo?: Position): Promise<Position> {
  const { store, schemas, projection, storage, batchSize = 500, onProgress, signal } = options;
  let position = await storage.checkpoint();
  for (let eventsDone = 0; upTo === undefined || position < upTo;) {
    signal?.throwIfAborted();
    const events = await store.readAll({ from: position, limit: batchSize });
    if (events.length > 0) {
      position = events.at(-1)!.position;
      await commitBatch(storage, projection, schemas, events, position);
      eventsDone += events.length;
      onProgress?.({ eventsDone, position, head: await store.head() });
    }
    if (events.length === 0 || (upTo === undefined && events.length < batchSize)) break;
  }
  return position;
}

/**
 * Builds a second copy of the rows from the log while the live one goes on, then lets it take over. Only the live copy's
 * commits wait, for the few events of the last moment; queries never do, and never see a half-built row or an older state.
 */
export async function rebuild<Tx>(options: RebuildOptions<Tx>): Promise<void> {
  const { live, buildBeside, switchTo, projection, ...rest } = options;
  const storage = await buildBeside();
  const beside = { ...rest, projection, storage };
  await catchUp(beside);
  await live.exchange(async (livePosition) => {
    const position = await catchUp(beside, livePosition);
    // The live copy may stand on a position that carries no event: up to there the two are the same.
    if (position < livePosition) await storage.commit(livePosition, () => undefined);
    await switchTo(storage);
    return { projection, storage };
  });
}
