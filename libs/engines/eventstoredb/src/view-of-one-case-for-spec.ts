import { BEFORE_ALL } from '#kernel';
import type { EventToAppend, Position, RecordedEvent } from '#kernel';
import { WrongExpectedRevision } from '#event-sourcing';
import type {
  AppendResult,
  EventBatch,
  EventStore,
  ExpectedRevision,
  ReadAllOptions,
  ReadStreamOptions,
  SubscribeOptions,
} from '#event-sourcing';

/**
 * A log that has its history, as one that begins now: with streams of its own, and nothing before the position at which
 * it was opened. So the kit's cases run on a server that cannot be emptied; nobody else may write to it meanwhile.
 */
export class ViewOfOneCase implements EventStore {
  readonly #log: EventStore;
  readonly #begin: Position;
  readonly #prefix: string;

  constructor(log: EventStore, begin: Position, prefix: string) {
    this.#log = log;
    this.#begin = begin;
    this.#prefix = prefix;
  }

  async append(streamId: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendResult> {
    try {
      const result = await this.#log.append(this.#prefix + streamId, expected, events);
      return { ...result, position: this.#seen(result.position), events: result.events.map(this.#event) };
    } catch (error) {
      if (error instanceof WrongExpectedRevision) throw new WrongExpectedRevision(streamId, error.expected, error.actual);
      throw error;
    }
  }

  async readStream(streamId: string, options?: ReadStreamOptions): Promise<readonly RecordedEvent[]> {
    return (await this.#log.readStream(this.#prefix + streamId, options)).map(this.#event);
  }

  async readAll({ from, ...options }: ReadAllOptions = {}): Promise<readonly RecordedEvent[]> {
    if (options.direction === 'backwards' && from === BEFORE_ALL) return [];
    const start = options.direction === 'backwards' ? from : this.#after(from ?? BEFORE_ALL);
    const events = await this.#log.readAll({ ...options, ...(start !== undefined && { from: start }) });
    return events.filter(({ position }) => position > this.#begin).map(this.#event);
  }

  async *subscribe({ after, ...options }: SubscribeOptions): AsyncGenerator<EventBatch, void, undefined> {
    for await (const { events, upTo, caughtUp } of this.#log.subscribe({ ...options, after: this.#after(after) })) {
      yield { events: events.map(this.#event), upTo: this.#seen(upTo), caughtUp };
    }
  }

  async head(): Promise<Position> {
    return this.#seen(await this.#log.head());
  }

  async check(): Promise<void> {
    await this.#log.check();
  }

  async close(): Promise<void> {
    await this.#log.close();
  }

  #after(position: Position): Position {
    return position === BEFORE_ALL ? this.#begin : position;
  }

  #seen(position: Position): Position {
    return position <= this.#begin ? BEFORE_ALL : position;
  }

  readonly #event = (event: RecordedEvent): RecordedEvent => ({ ...event, streamId: event.streamId.slice(this.#prefix.length) });
}
