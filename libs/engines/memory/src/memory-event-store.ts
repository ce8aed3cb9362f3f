import { EventIdReused, WrongExpectedRevision } from '#event-sourcing';
import type {
  AppendResult,
  EventBatch,
  EventStore,
  ExpectedRevision,
  ReadAllOptions,
  ReadStreamOptions,
  SubscribeOptions,
} from '#event-sourcing';
import { BEFORE_ALL } from '#kernel';
import type { EventToAppend, Position, RecordedEvent } from '#kernel';

const DEFAULT_LIMIT = 1000;
const DEFAULT_BATCH_SIZE = 500;

/** The event log in this process's memory, for tests and trials. Held to the same contract as the durable ones. */
export class MemoryEventStore implements EventStore {
  readonly #log: RecordedEvent[] = [];
  readonly #streams = new Map<string, RecordedEvent[]>();
  readonly #byId = new Map<string, RecordedEvent>();
  #sleepers: (() => void)[] = [];
  #closed = false;

  async append(streamId: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendResult> {
    this.#refuseWhenClosed();
    const stream = this.#streams.get(streamId) ?? [];
    if (events.length === 0) return { revision: stream.length - 1, position: this.#headNow(), repeated: false, events: [] };
    const original = this.#original(streamId, events);
    if (original !== undefined) return answer(original, true);
    if (!matches(expected, stream.length - 1)) throw new WrongExpectedRevision(streamId, expected, stream.length - 1);
    const recorded = events.map((event, n): RecordedEvent => ({
      // Kept as the JSON it would be elsewhere: nobody's later change reaches the log, and what JSON drops is dropped here too.
      ...(JSON.parse(JSON.stringify(event)) as EventToAppend),
      streamId,
      revision: stream.length + n,
      position: BigInt(this.#log.length + n) as Position,
    }));
    this.#streams.set(streamId, stream);
    for (const event of recorded) {
      stream.push(event);
      this.#log.push(event);
      this.#byId.set(event.eventId, event);
    }
    this.#wake();
    return answer(recorded, false);
  }

  async readStream(
    streamId: string,
    { from, direction, limit = DEFAULT_LIMIT }: ReadStreamOptions = {},
  ): Promise<readonly RecordedEvent[]> {
    this.#refuseWhenClosed();
    const stream = this.#streams.get(streamId) ?? [];
    if (direction !== 'backwards') return stream.slice(from ?? 0, (from ?? 0) + limit);
    const end = Math.min(from ?? stream.length - 1, stream.length - 1) + 1;
    return stream.slice(Math.max(end - limit, 0), end).toReversed();
  }

  async readAll({ from, direction, limit = DEFAULT_LIMIT }: ReadAllOptions = {}): Promise<readonly RecordedEvent[]> {
    this.#refuseWhenClosed();
    if (direction !== 'backwards') return this.#following(from ?? BEFORE_ALL, limit);
    const end = from === undefined ? this.#log.length : Math.min(Number(from), this.#log.length);
    return this.#log.slice(Math.max(end - limit, 0), Math.max(end, 0)).toReversed();
  }

  async *subscribe({ after, batchSize = DEFAULT_BATCH_SIZE, signal }: SubscribeOptions): AsyncGenerator<EventBatch, void, undefined> {
    let upTo = after;
    let first = true;
    const onAbort = (): void => this.#wake();
    signal.addEventListener('abort', onAbort);
    try {
      while (!signal.aborted && !this.#closed) {
        const events = this.#following(upTo, batchSize);
        if (events.length === 0 && !first) {
          await new Promise<void>((resolve) => this.#sleepers.push(resolve));
          continue;
        }
        first = false;
        upTo = events.at(-1)?.position ?? upTo;
        yield { events, upTo, caughtUp: upTo >= this.#headNow() };
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  async head(): Promise<Position> {
    this.#refuseWhenClosed();
    return this.#headNow();
  }

  async check(): Promise<void> {
    this.#refuseWhenClosed();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
  }

  #headNow(): Position {
    return this.#log.at(-1)?.position ?? BEFORE_ALL;
  }

  #following(after: Position, limit: number): readonly RecordedEvent[] {
    const start = Number(after) + 1;
    return this.#log.slice(start, start + limit);
  }

  /** The events as they stand in the log when this append repeats an earlier one; `undefined` when it is new. */
  #original(streamId: string, events: readonly EventToAppend[]): readonly RecordedEvent[] | undefined {
    const found = events.map(({ eventId }) => this.#byId.get(eventId));
    const reused = found.findIndex((event) => event !== undefined);
    if (reused === -1) {
      const ids = new Set<string>();
      const twice = events.find(({ eventId }) => ids.size === ids.add(eventId).size);
      if (twice !== undefined) throw new EventIdReused(twice.eventId);
      return undefined;
    }
    const first = found[0]?.revision ?? -1;
    if (!found.every((event, n) => event?.streamId === streamId && event.revision === first + n))
      throw new EventIdReused(events[reused]!.eventId);
    return found as RecordedEvent[];
  }

  #wake(): void {
    for (const wake of this.#sleepers.splice(0)) wake();
  }

  #refuseWhenClosed(): void {
    if (this.#closed) throw new Error('the event store is closed');
  }
}

function matches(expected: ExpectedRevision, actual: number): boolean {
  if (expected === 'any') return true;
  if (expected === 'no-stream') return actual === -1;
  return expected === 'stream-exists' ? actual >= 0 : expected.exactly === actual;
}

function answer(events: readonly RecordedEvent[], repeated: boolean): AppendResult {
  const last = events.at(-1)!;
  return { revision: last.revision, position: last.position, repeated, events };
}
