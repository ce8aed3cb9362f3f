import { BEFORE_ALL } from '#kernel';
import type { Decider, DomainEvent, Position, RecordedEvent } from '#kernel';
import type { EventStore } from './event-store.ts';
import type { EventSchemas } from './schema-registry.ts';

/** What a stream's events add up to, as far as it has been read. Grows in place. */
export interface FoldedStream<State> {
  state: State;
  /** -1 before the first event. */
  revision: number;
  /** Of the last folded event; `BEFORE_ALL` before the first. */
  position: Position;
  /** The commands that were applied to the stream: causation id → revision of its first event. */
  readonly commands: Map<string, number>;
}

export type Evolving<State, Event extends DomainEvent> = Pick<Decider<never, State, Event>, 'initialState' | 'evolve'>;

const PAGE = 1000;

export function nothingFolded<State>(initialState: State): FoldedStream<State> {
  return { state: initialState, revision: -1, position: BEFORE_ALL, commands: new Map() };
}

export function foldInto<State, Event extends DomainEvent>(
  folded: FoldedStream<State>,
  events: readonly RecordedEvent[],
  decider: Evolving<State, Event>,
  schemas: EventSchemas<Event>,
): void {
  for (const event of events) {
    folded.state = decider.evolve(folded.state, schemas.toDomainEvent(event));
    folded.revision = event.revision;
    folded.position = event.position;
    const { causationId } = event.metadata;
    if (!folded.commands.has(causationId)) folded.commands.set(causationId, event.revision);
  }
}

/** A stream's events from a revision on, page by page, so that memory holds one page of a long stream. */
export async function* streamPages(
  store: Pick<EventStore, 'readStream'>,
  streamId: string,
  from = 0,
): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
  for (let next = from; ;) {
    const page = await store.readStream(streamId, { from: next, limit: PAGE });
    if (page.length > 0) yield page;
    if (page.length < PAGE) return;
    next = page.at(-1)!.revision + 1;
  }
}

/**
 * The stream's state as it stood, e.g. `(event) => event.metadata.recordedAt <= time`: folds events for as long as `upTo` holds.
 * `undefined` when there was no stream then.
 */
export async function foldAsOf<State, Event extends DomainEvent>(
  store: Pick<EventStore, 'readStream'>,
  streamId: string,
  decider: Evolving<State, Event>,
  schemas: EventSchemas<Event>,
  upTo: (event: RecordedEvent) => boolean,
): Promise<FoldedStream<State> | undefined> {
  const folded = nothingFolded(decider.initialState);
  for await (const page of streamPages(store, streamId)) {
    const end = page.findIndex((event) => !upTo(event));
    foldInto(folded, end < 0 ? page : page.slice(0, end), decider, schemas);
    if (end >= 0) break;
  }
  return folded.revision < 0 ? undefined : folded;
}
