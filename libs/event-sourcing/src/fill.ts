import type { Position } from '#kernel';
import { gatheringOf } from './gathering.ts';
import type { Gathering } from './projection.ts';
import type { CatchUpOptions } from './rebuild.ts';

export interface FillOptions<Tx> extends Omit<CatchUpOptions<Tx>, 'onProgress'> {
  /** What is gathered before it is written: so many rows and events are kept in memory. */
  readonly holds: number;
  /** Events read so far, whether their rows are written yet or not. */
  readonly onProgress?: (eventsDone: number) => void;
}

/**
 * Folds the log into a copy that nobody looks at before all of it is there, from its checkpoint up to the log's end:
 * events are gathered as long as memory allows, and each row that they change is written once. Returns how far the copy is.
 * @throws the signal's reason when aborted; what is committed by then stays
 */
export async function fill<Tx>(options: FillOptions<Tx>): Promise<Position> {
  const { store, schemas, projection, storage, holds, batchSize = 500, onProgress, signal } = options;
  let position = await storage.checkpoint();
  let eventsDone = 0;
  for (let atEnd = false; !atEnd;) {
    const gathering = gatheringOf(projection);
    let upTo = position;
    while (!atEnd && gathering.held < holds) {
      signal?.throwIfAborted();
      const events = await store.readAll({ from: upTo, limit: batchSize });
      gathering.add(
        events,
        events.map((event) => schemas.toDomainEvent(event)),
      );
      upTo = events.at(-1)?.position ?? upTo;
      atEnd = events.length < batchSize;
      eventsDone += events.length;
      onProgress?.(eventsDone);
    }
    if (upTo === position) break;
    await written(options, gathering, upTo);
    position = upTo;
  }
  return position;
}

async function written<Tx>({ storage, projection }: FillOptions<Tx>, gathering: Gathering<Tx>, upTo: Position): Promise<void> {
  try {
    await storage.commit(upTo, (tx) => gathering.write(tx));
  } catch (error) {
    projection.forget?.();
    throw error;
  }
}
